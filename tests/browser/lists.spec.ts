// Lists as people arrange them: columns, views, bulk edits, stages and lines, on the demo company.

import { DEMO, expect, test } from './support.ts';
import { cell, chips, openAccounts, panel, row } from './table.ts';

test.beforeEach(async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
});

test.describe('on a desktop', { tag: '@desktop' }, () => {
  test('columns are chosen, ordered, widened and sorted; a view keeps its own and leaves mine alone', async ({ page }) => {
    await openAccounts(page);
    const heads = async () => (await page.getByRole('columnheader').allInnerTexts()).map((head) => head.trim()).filter((head) => head !== '');
    const before = await heads();

    await page.getByRole('button', { name: '列', exact: true }).click();
    await page.getByRole('checkbox', { name: '税号' }).check();
    await page.getByRole('button', { name: '上移「税号」' }).click();
    await page.keyboard.press('Escape');
    const chosen = [...before.slice(0, -1), '税号', ...before.slice(-1)];
    expect(await heads()).toEqual(chosen);
    const name = page.getByRole('columnheader', { name: '客户名称' });
    const width = (await name.boundingBox())?.width ?? 0;
    await name.getByRole('separator').focus();
    await page.keyboard.press('ArrowRight');
    await expect(async () => expect((await name.boundingBox())?.width).toBe(width + 16)).toPass();
    await page.reload();
    await expect(row(page, 'Isdom')).toBeVisible();
    expect(await heads()).toEqual(chosen);

    // A set of columns alone is a view.
    await page.getByRole('button', { name: '保存为视图' }).click();
    await page.getByRole('textbox', { name: '视图名称' }).fill('税号视图');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/view=/);
    await page.getByRole('navigation').locator('a[href="/accounts"]').first().click();
    await expect(page).not.toHaveURL(/view=/);
    await page.getByRole('button', { name: '列', exact: true }).click();
    await page.getByRole('button', { name: '恢复默认' }).click();
    await page.keyboard.press('Escape');
    await expect(async () => expect(await heads()).toEqual(before)).toPass();

    // The same question once more under another name: each is told apart.
    await name.getByRole('button').click();
    await expect(name).toHaveAttribute('aria-sort', 'ascending');
    await name.getByRole('button').click();
    await expect(page).toHaveURL(/sort=-name/);
    for (const view of ['倒序甲', '倒序乙']) {
      await page.getByRole('navigation').locator('a[href="/accounts"]').first().click();
      await page.goto('/accounts?sort=-name');
      await page.getByRole('button', { name: '保存为视图' }).click();
      await page.getByRole('textbox', { name: '视图名称' }).fill(view);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('link', { name: view })).toHaveAttribute('aria-current', 'page');
    }
    await page.getByRole('link', { name: '倒序甲' }).click();
    await expect(page.getByRole('link', { name: '倒序甲' })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('link', { name: '倒序乙' })).not.toHaveAttribute('aria-current', 'page');
    await page.getByRole('link', { name: '税号视图' }).click();
    await expect(async () => expect(await heads()).toEqual(chosen)).toPass();
    await page.getByRole('navigation').locator('a[href="/accounts"]').first().click();
    await expect(async () => expect(await heads()).toEqual(before)).toPass();
  });

  test('a view is renamed, brought up to date and shared with the team', async ({ app, browser, page }) => {
    await openAccounts(page, '?filter=level.is.A');
    await page.getByRole('button', { name: '保存为视图' }).click();
    await page.getByRole('textbox', { name: '视图名称' }).fill('重点');
    await page.keyboard.press('Enter');
    const link = page.getByRole('navigation').getByRole('link', { name: '重点' });
    await expect(link).toHaveAttribute('aria-current', 'page');

    await page.locator('.view-link').filter({ hasText: '重点' }).getByRole('button').click();
    await page.getByRole('menuitem', { name: '重命名' }).click();
    await page.getByRole('textbox', { name: '视图名称' }).fill('重点客户');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: '重点客户', exact: true })).toBeVisible();

    await page.getByRole('columnheader', { name: '客户名称' }).getByRole('button').click();
    await page.getByRole('button', { name: '重点客户(已改动)' }).click();
    await page.getByRole('menuitem', { name: '保存改动到此视图' }).click();
    await expect(page.getByRole('menu')).toBeHidden();
    await expect(page.getByRole('button', { name: '重点客户', exact: true })).toBeFocused();
    await page.getByRole('button', { name: '重点客户', exact: true }).click();
    await page.getByRole('menuitem', { name: '共享此视图给我的团队' }).click();
    await expect(page.getByRole('status').filter({ hasText: '视图「重点客户」已共享给团队' })).toBeVisible();

    const context = await browser.newContext({ baseURL: app.baseURL, locale: 'zh-CN' });
    const other = await context.newPage();
    await app.signIn(other, DEMO.auditor);
    await openAccounts(other);
    await other.getByRole('link', { name: '重点客户' }).click();
    await expect(other).toHaveURL(/sort=name/);
    expect(await chips(other)).toEqual(['级别 是 A 级']);
    await context.close();
  });

  test('a refused bulk edit keeps what was chosen and typed, and says why', async ({ complaints, page }) => {
    complaints.allow(/422/);
    await page.goto('/opportunities?layout=table');
    await expect(page.locator('.row-name').first()).toBeVisible();
    await page.getByRole('row').nth(1).getByRole('checkbox').click();
    await page.getByRole('row').nth(2).getByRole('checkbox').click({ modifiers: ['Shift'] });
    await page.getByRole('button', { name: '修改字段' }).click();
    const dialog = page.getByRole('dialog', { name: '修改字段' });
    await dialog.getByRole('combobox', { name: '字段' }).selectOption({ label: '阶段' });
    await dialog.getByRole('combobox', { name: '阶段' }).selectOption('输单');
    await dialog.getByRole('button', { name: '应用到 2 条记录' }).click();
    await expect(dialog.getByRole('alert').first()).toHaveText('此项必填。');
    await dialog.getByRole('radio', { name: '价格' }).check();
    await page.route('**/api/opportunities/bulk', (route) => route.fulfill({
      status: 422,
      contentType: 'application/json',
      body: JSON.stringify({ status: 422, code: 'fields', message: '', fields: { stage_id: { code: 'stage_of_another_pipeline', message: '' } } }),
    }));
    await dialog.getByRole('button', { name: '应用到 2 条记录' }).click();
    await expect(dialog.getByRole('alert')).toHaveText('这个阶段属于另一条销售管道。');
    await expect(dialog.getByRole('radio', { name: '价格' })).toBeChecked();
    await page.unroute('**/api/opportunities/bulk');
    await dialog.getByRole('button', { name: '应用到 2 条记录' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole('toolbar')).toHaveCount(0);
    for (const at of [1, 2]) await expect(page.getByRole('row').nth(at)).toContainText('输单');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(page.getByRole('row').nth(1)).not.toContainText('输单');
  });

  test('a stage edited in the table asks why a deal was lost, and offers its own pipeline only', async ({ page }) => {
    await page.goto('/opportunities?layout=table');
    await expect(page.locator('.row-name').first()).toBeVisible();
    const deal = (await page.locator('.row-name').nth(3).textContent()) ?? '';
    const stage = await cell(page, deal, '阶段');
    await stage.dblclick();
    await stage.getByRole('combobox').fill('输单');
    await page.getByRole('option', { name: '输单' }).click();
    const ask = page.getByRole('dialog', { name: `把「${deal}」移动到…` });
    await ask.getByRole('radio', { name: '价格' }).check();
    await ask.getByRole('button', { name: '移动商机' }).click();
    await expect(stage).toContainText('输单');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(stage).not.toContainText('输单');
  });

  test('Tab goes on through the products of a deal while its numbers change', async ({ page }) => {
    await page.goto('/opportunities?layout=table');
    await page.locator('.row-name').first().click();
    const lines = panel(page).locator('table.lines');
    if (await lines.count() === 0) {
      await panel(page).getByRole('button', { name: '添加产品' }).click();
      await panel(page).locator('.add-person').getByRole('combobox').click();
      await page.locator('[role=option]').first().click();
    }
    const [quantity, price] = [lines.getByRole('textbox').nth(0), lines.getByRole('textbox').nth(1)];
    await quantity.fill('7');
    await page.keyboard.press('Tab');
    await expect(price).toBeFocused();
    await page.keyboard.type('12');
    await page.keyboard.press('Enter');
    await expect(lines).toContainText('¥84');
  });
});
