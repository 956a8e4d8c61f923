// The knowledge base: looked through, searched, read, written and published, on the demo company.

import type { Page } from '@playwright/test';

import { DEMO, expect, expectNoSidewaysScroll, test } from './support.ts';

const search = async (page: Page, words: string) => page.getByRole('searchbox').fill(words);
const lines = (page: Page) => page.locator('.article-line');

test('an article is found by other words than its own, read in both languages, and voted on', async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/knowledge');
  await expect(lines(page).first()).toBeVisible();
  await search(page, '探頭離線');
  await expect(lines(page).first()).toContainText('温控探头离线怎么办');
  await expect(lines(page).first().locator('mark').first()).toBeVisible();
  await lines(page).first().click();
  await expect(page.getByRole('heading', { name: '温控探头离线怎么办' })).toBeVisible();
  await expect(page.locator('.prose table')).toContainText('供电中断');
  await expectNoSidewaysScroll(page);
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'What to do when a probe is offline' })).toBeVisible();
  await page.getByRole('button', { name: '否', exact: true }).click();
  await page.getByRole('radio', { name: '已过时' }).check();
  await page.getByRole('button', { name: '提交', exact: true }).click();
  await expect(page.getByText('作者会看到你的反馈')).toBeVisible();
});

test('nothing is found for nonsense, and says so', async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/knowledge');
  await search(page, 'qqqxyzzy');
  await expect(page.getByText('没有找到')).toBeVisible();
});

test('an article is written, goes through review and is on the shelf', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/knowledge');
  await expect(page.getByRole('heading', { name: '知识文章' })).toBeVisible();
  await page.keyboard.press('c');
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByText('此项必填').first()).toBeVisible();
  await page.getByLabel('分类').selectOption({ label: '使用指南' });
  await page.getByRole('textbox', { name: '标题' }).fill('如何重置扫码枪');
  await page.getByRole('textbox', { name: '正文' }).fill('## 步骤\n\n扫描**配置码**，听到两声即可。');
  await expect(page.locator('.editor-reads strong')).toHaveText('配置码');
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByRole('button', { name: '提交审核' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('textbox', { name: '标题' })).toHaveValue('如何重置扫码枪');
  await page.getByRole('button', { name: '提交审核' }).click();
  await expect(page.getByText('正在审核中')).toBeVisible();

  // Nobody approves what they wrote themselves.
  await app.signIn(page, DEMO.admin);
  await page.goto('/knowledge?tab=drafts');
  await lines(page).filter({ hasText: '如何重置扫码枪' }).click();
  await page.getByRole('button', { name: '通过' }).click();
  await page.getByRole('button', { name: '发布' }).click();
  await expect(page.getByRole('heading', { name: '如何重置扫码枪' })).toBeVisible();
  await page.goto('/knowledge');
  await search(page, '重置扫码枪');
  await expect(lines(page).first()).toContainText('如何重置扫码枪');
});

test('a ticket shows the articles about it', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/tickets?box=open');
  await page.locator('.inbox-row').filter({ hasText: '温控探头离线' }).click();
  await page.locator('.inbox-side').getByRole('link', { name: '温控探头离线怎么办' }).click();
  await expect(page.getByRole('heading', { name: '温控探头离线怎么办' })).toBeVisible();
});
