// The service report: its numbers lead to their tickets, and the chart is worked by keyboard.

import { DEMO, expect, expectNoSidewaysScroll, test } from './support.ts';

test('a number of the report opens exactly its tickets', async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/reports/service?period=this_quarter');
  await expect(page.getByRole('heading', { name: '服务报表' })).toBeVisible();
  const created = page.locator('.tile').first().locator('.tile-number');
  const number = (await created.textContent())!.trim();
  expect(Number(number)).toBeGreaterThan(0);
  await expectNoSidewaysScroll(page);
  await created.click();
  await expect(page).toHaveURL(/layout=table/);
  await expect(page.locator('.table-footer')).toHaveText(new RegExp(`(^|\\D)${number}(\\D|$)`));
});

test('the chart says its values to the keyboard and follows its measure', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/reports/service?period=this_quarter&group=kind');
  await page.getByLabel('图中指标').selectOption('solved');
  await expect(page).toHaveURL(/measure=solved/);
  const mark = page.locator('.chart-mark').first();
  await mark.focus();
  await expect(page.locator('.report-chart header')).toContainText('：');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/layout=table/);
  await page.goBack();
  await page.getByText('数字的含义').click();
  await expect(page.locator('.report-definitions')).toContainText('期间内新建数');
});

test('the picture and the table leave as files', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/reports/service?period=this_quarter&group=week');
  for (const [name, ending] of [['存为 PNG', '.png'], ['存为 CSV', '.csv']]) {
    const file = page.waitForEvent('download');
    await page.getByText(name!, { exact: true }).click();
    expect((await file).suggestedFilename()).toContain(ending!);
  }
});
