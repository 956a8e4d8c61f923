// Who gets a ticket: a queue's rule is tried and kept, people are taught, and a ticket says why it is whose.

import type { Page } from '@playwright/test';

import { DEMO, expect, test } from './support.ts';

const dialog = (page: Page) => page.getByRole('dialog');
const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();
const save = (page: Page) => dialog(page).getByRole('button', { name: '保存' }).click();

test('one says whether one takes new tickets', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/tickets');
  await expect(page.locator('.inbox-row').first()).toBeVisible();
  await page.getByRole('button', { name: /周倩/ }).click();
  await page.getByRole('menuitemradio', { name: '忙碌' }).click();
  await expect(page.getByText('你的状态已设为：忙碌')).toBeVisible();
  await page.getByRole('button', { name: /周倩/ }).click();
  await expect(page.getByRole('menuitemradio', { name: '忙碌' })).toBeChecked();
});

test('somebody is taught a skill', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/admin/service');
  await tab(page, '人员');
  await page.getByRole('button', { name: '周倩' }).click();
  await dialog(page).getByRole('textbox', { name: '同时处理工单上限' }).fill('12');
  await dialog(page).getByRole('button', { name: '添加技能' }).click();
  await dialog(page).getByRole('combobox', { name: '技能' }).last().selectOption({ label: '英语' });
  await dialog(page).getByRole('combobox', { name: '等级' }).last().selectOption({ label: '5 级' });
  await save(page);
  const row = page.getByRole('row', { name: /周倩/ });
  await expect(row).toContainText('英语 5');
  await expect(row).toContainText('12');
});

test('a changed rule is tried before it is kept, and then a ticket says why it is whose', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/admin/service');
  await tab(page, '队列');
  await page.getByRole('button', { name: '客户支持', exact: true }).click();
  await dialog(page).getByRole('combobox', { name: '分配方式' }).selectOption({ label: '分配给最空闲的人' });
  await dialog(page).getByRole('button', { name: /试算/ }).click();
  await expect(dialog(page).getByText(/张工单中，有/)).toBeVisible();
  await save(page);
  await expect(dialog(page)).toHaveCount(0);
  const id = await page.evaluate(async () => {
    const { items } = await (await fetch('/api/tickets?limit=50')).json();
    return items.find((one: Record<string, string>) => one.owner_id && one.queue_id && one.state === 'open').id;
  });
  await page.goto(`/tickets?box=open&open=${id}`);
  await page.getByRole('button', { name: /^为什么是.+？$/ }).click();
  await expect(dialog(page)).toBeVisible();
});
