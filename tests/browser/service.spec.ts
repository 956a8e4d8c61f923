// What service works with: statuses, categories, queues, and what is promised of tickets.

import type { Page } from '@playwright/test';

import { DEMO, expect, test } from './support.ts';

const dialog = (page: Page) => page.getByRole('dialog');
const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();
const names = (page: Page) => page.locator('tbody tr td:first-child').allTextContents();

test.beforeEach(async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/admin/service');
  await expect(page.getByRole('heading', { name: '客户服务' })).toBeVisible();
});

test('a category is made, put in its place, and taken back', { tag: '@desktop' }, async ({ page }) => {
  await tab(page, '分类');
  await expect(page.getByRole('cell', { name: '账号与登录', exact: true })).toBeVisible();
  const before = await names(page);
  await page.getByRole('button', { name: '新建分类' }).click();
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await expect(dialog(page).getByText('此项必填')).toHaveCount(2);
  await dialog(page).getByRole('textbox', { name: '名称' }).fill('物流');
  await dialog(page).getByRole('combobox', { name: '优先级' }).selectOption({ label: '高' });
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await expect.poll(() => names(page)).toEqual([...before, '物流']);

  await page.getByRole('button', { name: /上移.*物流/ }).click();
  await expect.poll(() => names(page)).toEqual([...before.slice(0, -1), '物流', before.at(-1)]);
  await expect(page.getByText('“物流”已移动')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => names(page)).toEqual([...before, '物流']);
  await page.reload();
  await tab(page, '分类');
  await expect.poll(() => names(page)).toEqual([...before, '物流']);
});

test('a status in use does not go, and says why', { tag: '@desktop' }, async ({ complaints, page }) => {
  complaints.allow(/4\d\d/);
  await expect(page.getByRole('cell', { name: '处理中', exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: /归档.*处理中/ }).click();
  await expect(page.locator('.toast.wrong, .toast').filter({ hasText: '工单' })).toBeVisible();
  await expect(page.getByRole('cell', { name: '处理中', exact: true }).first()).toBeVisible();
});

test('a promise for some customers is written down, and an unreadable span is told at its place', async ({ page }) => {
  await tab(page, '服务承诺');
  await expect(page.getByRole('heading', { name: '标准服务承诺' })).toBeVisible();
  await page.getByRole('button', { name: '新建服务承诺' }).click();
  await dialog(page).getByRole('textbox', { name: '名称' }).fill('金牌客户');
  await dialog(page).getByRole('checkbox', { name: 'A 级' }).check();
  await dialog(page).getByRole('textbox', { name: '紧急, 首次响应' }).fill('很快');
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await expect(dialog(page).getByText('请填写时长')).toBeVisible();
  await dialog(page).getByRole('textbox', { name: '紧急, 首次响应' }).fill('15 分钟');
  await dialog(page).getByRole('button', { name: '添加步骤' }).click();
  await dialog(page).getByRole('button', { name: '保存' }).click();
  const gold = page.getByRole('region', { name: '金牌客户' });
  await expect(gold).toContainText('15 分钟');
  await expect(gold).toContainText('级别 是 A 级');
  await page.reload();
  await tab(page, '服务承诺');
  await expect(gold).toContainText('15 分钟');
  await expect(gold).toContainText('首次响应，用时达 75%：添加内部备注');
});
