// Accounts, contacts and products: lists, records, filters, views and bulk edits, on the demo company.

import type { Page } from '@playwright/test';

import { DEMO, expect, test } from './support.ts';
import { cell, chips, edit, names, openAccounts, panel, row } from './table.ts';

async function addFilter(page: Page, field: string): Promise<void> {
  await page.getByRole('button', { name: '筛选', exact: true }).click();
  await page.getByRole('searchbox', { name: '查找字段' }).fill(field);
  await page.getByRole('dialog', { name: '筛选条件' }).getByRole('button', { name: field, exact: true }).click();
}

test.beforeEach(async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
});

test.describe('on a desktop', { tag: '@desktop' }, () => {
  test('an account is created, edited in place, found by a filter, kept in a view, changed in bulk, and taken back', async ({ page }) => {
    await openAccounts(page);
    await page.keyboard.press('c');
    await page.getByRole('textbox', { name: '客户名称' }).fill('上海博澜');
    await expect(page.getByRole('status').getByRole('link', { name: '上海博澜医药' })).toBeVisible();
    await page.getByRole('textbox', { name: '客户名称' }).fill('样机制造');
    await page.getByRole('combobox', { name: '行业' }).selectOption({ label: '制造' });
    await page.getByRole('button', { name: '创建客户' }).click();
    await expect(panel(page).getByText('样机制造')).toBeVisible();
    await page.keyboard.press('Escape');

    const region = await cell(page, '样机制造', '地区');
    await edit(page, region, '安徽');
    await expect(region).toHaveText('安徽');
    await page.reload();
    await expect(await cell(page, '样机制造', '地区')).toHaveText('安徽');

    await addFilter(page, '行业');
    await page.getByRole('checkbox', { name: '制造', exact: true }).check();
    await expect(async () => expect(await names(page)).toEqual(['样机制造', '常州天合配件', '苏州铭科精密'])).toPass();
    expect(await chips(page)).toEqual(['行业 是 制造']);
    expect(new URL(page.url()).searchParams.get('filter')).toBe('industry.is.manufacturing');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: '保存为视图' }).click();
    await page.getByRole('textbox', { name: '视图名称' }).fill('制造业客户');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').locator('a[href="/accounts"]').first().click();
    await expect(row(page, 'Cancity')).toBeVisible();
    await page.getByRole('link', { name: '制造业客户' }).click();
    await expect(row(page, 'Cancity')).toHaveCount(0);
    await expect(row(page, '苏州铭科精密')).toBeVisible();

    await row(page, '样机制造').getByRole('checkbox').click();
    await row(page, '苏州铭科精密').getByRole('checkbox').click({ modifiers: ['Shift'] });
    await page.getByRole('button', { name: '添加标签' }).click();
    await page.getByRole('combobox', { name: '标签' }).fill('展会');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '应用到 3 条记录' }).click();
    for (const name of ['样机制造', '常州天合配件', '苏州铭科精密']) {
      await expect(await cell(page, name, '标签')).toHaveText('展会');
    }
    await page.keyboard.press('ControlOrMeta+z');
    for (const name of ['样机制造', '常州天合配件', '苏州铭科精密']) {
      await expect(await cell(page, name, '标签')).toHaveText('');
    }
    await expect(await cell(page, '样机制造', '地区')).toHaveText('安徽');
  });

  test('who edits what somebody else has just changed is asked whose value stands', async ({ app, browser, complaints, page }) => {
    complaints.allow(/409/);
    await openAccounts(page);
    const region = await cell(page, 'Isdom', '地区');
    await region.dblclick();
    await region.getByRole('textbox').fill('波士顿');

    const context = await browser.newContext({ baseURL: app.baseURL, locale: 'zh-CN' });
    const other = await context.newPage();
    await app.signIn(other, DEMO.lead);
    await openAccounts(other);
    const theirs = await cell(other, 'Isdom', '地区');
    // Seen at once, and first only when the server has it.
    const saved = other.waitForResponse((answer) => answer.request().method() === 'PATCH');
    await edit(other, theirs, '纽约');
    await saved;
    await expect(theirs).toHaveText('纽约');

    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog').filter({ hasText: '纽约' });
    await expect(dialog).toContainText('波士顿');
    await dialog.getByRole('button', { name: '保留我的' }).click();
    await expect(region).toHaveText('波士顿');
    await expect(theirs).toHaveText('波士顿');
    await context.close();
  });

  test('the table is worked by keys alone', async ({ page }) => {
    await openAccounts(page, '?sort=name');
    const [first, second, third] = await names(page);

    await page.keyboard.press('j');
    await expect(row(page, second)).toBeFocused();
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(row(page, third)).toHaveAttribute('aria-selected', 'true');
    await expect(row(page, first)).toHaveAttribute('aria-selected', 'false');
    await page.keyboard.press('Escape');
    await expect(row(page, third)).toHaveAttribute('aria-selected', 'false');

    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('F2');
    await expect(page.getByRole('textbox', { name: '客户名称' })).toBeFocused();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toHaveText('此项必填。');
    await page.keyboard.press('Escape');
    await expect(row(page, third)).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/open=/);
    await expect(panel(page)).toContainText(third);
    await page.keyboard.press('k');
    await expect(panel(page)).toContainText(second);
    await page.keyboard.press('/');
    await page.keyboard.type('博澜');
    await expect(async () => expect(await names(page)).toEqual(['上海博澜医药'])).toPass();
  });

  test('columns are put in another order by keys, each step is said, and the order is kept', async ({ page }) => {
    await openAccounts(page);
    const heads = async () => (await page.getByRole('columnheader').allInnerTexts()).map((head) => head.trim()).filter(Boolean);
    const [first, second, third] = await heads();
    await page.getByRole('button', { name: '列', exact: true }).click();
    const picker = page.getByRole('dialog', { name: '列' });
    const box = picker.getByRole('checkbox', { name: third, exact: true });

    await box.focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect(picker.getByText(new RegExp(`^「${third}」是第 2 列，共 \\d+ 列$`))).toBeAttached();
    await expect(box).toBeFocused();
    await picker.getByRole('button', { name: `下移「${second}」` }).click();
    await expect(picker.getByRole('button', { name: `下移「${second}」` })).toBeFocused();
    await picker.getByRole('button', { name: `上移「${second}」` }).click();
    await page.reload();

    await expect(async () => expect((await heads()).slice(0, 3)).toEqual([first, third, second])).toPass();
  });

  test('conditions are combined, one reference away too, and the address keeps them', async ({ page }) => {
    await openAccounts(page, '?filter=any(level.is.A,all(level.is.B,not(industry.is.retail)))');
    const filtered = await names(page);
    expect(filtered).toContain('Acme Corporation');
    expect(filtered).not.toContain('Cancity');
    await page.reload();
    await expect(async () => expect(await names(page)).toEqual(filtered)).toPass();

    await page.getByRole('button', { name: '清除筛选' }).click();
    await addFilter(page, '负责人 › 团队');
    await page.getByRole('checkbox', { name: '华南销售部' }).check();
    await expect(page).toHaveURL(/owner_id%3Eteam_id\.is\./);
    expect(await chips(page)).toEqual(['负责人 › 团队 华南销售部']);
    await page.goBack();
    await expect(page.locator('[data-chip]')).toHaveCount(0);
  });

  test('a filter that cannot be read is said and put aside', async ({ page }) => {
    await page.goto('/accounts?filter=all(level.is.A');
    await expect(page.getByRole('alert')).toContainText('网址里的筛选条件从第 15 个字符起无法识别。');
    await page.getByRole('button', { name: '显示全部' }).click();
    await expect(row(page, 'Isdom')).toBeVisible();

    await page.goto('/accounts?filter=level.is.Z');
    await expect(page.getByRole('alert')).toContainText('「level」');
  });

  test('each change stands in the history and is taken back there; the past can be looked at', async ({ page }) => {
    await openAccounts(page);
    await row(page, 'Betatech').getByRole('link').click();
    const fact = panel(page).locator('.fact').filter({ hasText: '地址' });
    await fact.getByRole('button', { name: '修改地址' }).click();
    await fact.getByRole('textbox').fill('12 River Road');
    await page.keyboard.press('Enter');
    await expect(fact).toContainText('12 River Road');

    const line = panel(page).locator('.timeline .line').filter({ hasText: '12 River Road' });
    await expect(line).toContainText('林晓');
    await line.getByRole('button', { name: '撤销这次修改' }).click();
    await expect(fact).not.toContainText('12 River Road');

    await panel(page).getByRole('link', { name: '打开整页' }).click();
    await expect(page).toHaveURL(/\/accounts\/[0-9a-f-]{36}/);
    await expect(page.locator('.fact').filter({ hasText: '地址' })).toBeVisible();
  });

  test('a contact is put at an account, leaves it, and is back', async ({ page }) => {
    await openAccounts(page);
    await row(page, 'Cancity').getByRole('link').click();
    await panel(page).getByRole('button', { name: '添加联系人' }).click();
    await panel(page).getByRole('combobox', { name: '联系人' }).fill('Dana Reed');
    await page.getByRole('option', { name: /Dana Reed/ }).click();
    const person = panel(page).getByRole('listitem').filter({ hasText: 'Dana Reed' });
    await expect(person).toBeVisible();

    await person.getByRole('button', { name: 'Dana Reed 的操作' }).click();
    await page.getByRole('menuitem', { name: '标记为已离职' }).click();
    await expect(person).toContainText('已离职');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(person).not.toContainText('已离职');
  });

  test('an account is shared with a colleague until a day, and no longer', async ({ complaints, page }) => {
    complaints.allow(/422/);
    await openAccounts(page);
    await row(page, 'Isdom').getByRole('link').click();
    await panel(page).getByRole('button', { name: '共享' }).click();
    const dialog = page.getByRole('dialog', { name: '共享' });
    await dialog.getByRole('combobox', { name: '成员' }).fill('张伟');
    await page.getByRole('option', { name: '张伟' }).click();
    await dialog.getByLabel('到期时间').fill('2020-01-01');
    await dialog.getByRole('button', { name: '共享' }).click();
    await expect(dialog.getByRole('alert')).toBeVisible();
    await dialog.getByLabel('到期时间').fill('2190-05-01');
    await dialog.getByRole('button', { name: '共享' }).click();

    const share = panel(page).locator('.share-list').getByRole('listitem');
    await expect(share).toContainText('张伟');
    await expect(share).toContainText('2190');
    await share.getByRole('button', { name: '停止共享' }).click();
    await expect(share).toHaveCount(0);
  });

  test('a product is created and its price edited in the table', async ({ page }) => {
    await page.goto('/products');
    await page.getByRole('button', { name: '新建产品' }).first().click();
    await page.getByRole('textbox', { name: '产品名称' }).fill('温控探头');
    await page.getByRole('button', { name: '创建产品' }).click();
    await expect(row(page, '温控探头')).toBeVisible();
    const price = await cell(page, '温控探头', '标价');
    await edit(page, price, '1280.5');
    await expect(price).toContainText('1,280.50');
  });
});

test('a contact with a phone number is made on a phone', { tag: '@phone' }, async ({ page }) => {
  await page.goto('/contacts');
  await expect(page.locator('.record-card').first()).toBeVisible();
  await page.getByRole('button', { name: '新建联系人' }).tap();
  await page.getByRole('button', { name: '创建联系人' }).tap();
  await expect(page.getByRole('alert')).toHaveText('此项必填。');
  await page.getByRole('textbox', { name: '姓名' }).fill('顾晓棠');
  await page.getByRole('button', { name: '电话' }).tap();
  await page.getByRole('textbox', { name: '电话' }).fill('138 1234 567');
  await page.getByRole('button', { name: '创建联系人' }).tap();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('textbox', { name: '电话' }).fill('138 1234 5678');
  await expect(page.getByText('存为 +8613812345678')).toBeVisible();
  await page.getByRole('button', { name: '创建联系人' }).tap();

  await expect(panel(page)).toContainText('顾晓棠');
  await expect(panel(page).getByRole('link', { name: '138 1234 5678' })).toHaveAttribute('href', 'tel:+8613812345678');
  await page.goto('/contacts?search=5678');
  await expect(page.locator('.record-card').filter({ hasText: '顾晓棠' })).toBeVisible();
});
