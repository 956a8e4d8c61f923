// Working calendars: a month at a glance, trying one out, holidays from a file.

import { DEMO, LOCALES, expect, expectAccessible, expectNoSidewaysScroll, test } from './support.ts';

const WORDS = {
  'zh-CN': { length: '工作时长', run: '计算', due: /到期时间：.*10月8日 10:00/, golden: /国庆节/ },
  en: { length: 'Working time', run: 'Work it out', due: /Due .*Oct 8.* 10:00/, golden: /国庆节/ },
} as const;

for (const locale of LOCALES) {
  test.describe(locale, () => {
    test.use({ locale });

    test('a calendar shows its month, and says when work is due and why', async ({ app, page }) => {
      await app.signIn(page, DEMO.admin);
      await page.goto('/admin/calendars');
      const calendar = page.getByRole('region', { name: '标准工作时间' });
      await expect(calendar.getByRole('table')).toBeVisible();

      await calendar.locator('input[type="datetime-local"]').fill('2026-09-30T17:00');
      await calendar.getByRole('textbox', { name: WORDS[locale].length }).fill('2');
      await calendar.getByRole('button', { name: WORDS[locale].run }).click();

      await expect(calendar.getByText(WORDS[locale].due)).toBeVisible();
      await expect(calendar.getByRole('listitem').filter({ hasText: WORDS[locale].golden })).toBeVisible();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  });
}

const HOLIDAYS = `BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20290101
DTEND;VALUE=DATE:20290104
SUMMARY:元旦
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20290106
SUMMARY:元旦（班）
END:VEVENT
BEGIN:VEVENT
DTSTART:20290110T010000Z
SUMMARY:会议
END:VEVENT
END:VCALENDAR`;

test('holidays of a file are shown before they are taken over', async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/admin/calendars');
  await page.getByRole('region', { name: '标准工作时间' }).getByRole('button', { name: /标准工作时间/ }).click();
  await page.getByRole('menuitem', { name: '导入节假日' }).click();
  const dialog = page.getByRole('dialog', { name: '导入节假日' });

  await dialog.getByRole('textbox').fill(HOLIDAYS);
  await dialog.getByRole('button', { name: '查看内容' }).click();
  await expect(dialog.getByText('将导入 2 项')).toBeVisible();
  await expect(dialog.getByRole('listitem').filter({ hasText: '会议' })).toContainText('带有具体时刻');
  await dialog.getByRole('button', { name: '导入', exact: true }).click();

  await expect(dialog).toBeHidden();
  const answer = await page.request.get('/api/calendars');
  expect(await answer.text()).toContain('元旦（班）');
});

test('hours are typed as people write them, and what is none is said', async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/admin/calendars');
  await page.getByRole('button', { name: '新建日历' }).click();
  const dialog = page.getByRole('dialog', { name: '新建日历' });
  await dialog.getByRole('textbox', { name: '名称' }).fill('夜班');
  await dialog.getByRole('textbox', { name: '周一' }).fill('22点');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(dialog.getByRole('alert')).toContainText('09:00-12:00');

  await dialog.getByRole('textbox', { name: '周一' }).fill('22:00-6:00');
  await dialog.getByRole('button', { name: '保存' }).click();

  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: '夜班' })).toContainText('22:00–06:00');
});
