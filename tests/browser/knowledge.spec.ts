// The knowledge base: looked through, searched, read, written and published, on the demo company.

import type { Page } from '@playwright/test';

import { DEMO, expect, expectAccessible, expectNoSidewaysScroll, test } from './support.ts';

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
  await page.getByRole('button', { name: '发布', exact: true }).click();
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

const toast = (page: Page, words: string | RegExp) => page.locator('.toast').filter({ hasText: words });

test('a text is compared with what it was, brought back, and its translation is seen to', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/knowledge/invoice-title');
  await page.getByRole('link', { name: '译为English' }).click();
  await expect(page.locator('.source-words')).toContainText('跨月发票');
  await page.getByRole('textbox', { name: '标题' }).fill('How to correct an invoice title');
  await page.getByRole('textbox', { name: '正文' }).fill('Send us the right title.');
  await page.keyboard.press('ControlOrMeta+s');
  await page.getByRole('button', { name: '提交审核' }).click();
  await expect(page.getByText('正在审核中')).toBeVisible();

  await page.getByRole('button', { name: '简体中文', exact: true }).click();
  const words = page.getByRole('textbox', { name: '正文' });
  await expect(words).toHaveValue(/跨月发票/);
  await words.fill((await words.inputValue()).replace('2–3 个工作日', '5 个工作日'));
  await page.keyboard.press('ControlOrMeta+s');
  await page.getByRole('button', { name: '提交审核' }).click();
  await page.getByRole('link', { name: '版本历史' }).click();
  await expect(page).toHaveURL(/from=.+&to=/);
  await expect(page.locator('.diff-line.added')).toContainText('5 个工作日');
  await expect(page.locator('.diff-line.removed')).toContainText('2–3 个工作日');
  await expectAccessible(page);
  await page.getByRole('button', { name: '恢复', exact: true }).click();
  await expect(page.locator('.versions > li')).toHaveCount(3);
  await toast(page, '已将第 1 版恢复为新草稿').getByRole('button', { name: '撤销' }).click();
  await expect(page.locator('.versions > li')).toHaveCount(2);
  const article = new URL(page.url()).searchParams.get('history');

  await app.signIn(page, DEMO.admin);
  for (const locale of ['en', 'zh-CN']) {
    await page.goto(`/knowledge?edit=${article}&locale=${locale}`);
    await page.getByRole('button', { name: '通过' }).click();
    await page.getByRole('button', { name: '发布', exact: true }).click();
    await expect(page.locator('.reader')).toBeVisible();
  }

  await page.goto(`/knowledge?edit=${article}&locale=en`);
  await expect(page.getByText('译文对应第 1 版，原文已更新到第 2 版')).toBeVisible();
  await page.getByRole('button', { name: '原文改动' }).click();
  await expect(page.locator('.diff-line.added')).toContainText('5 个工作日');
  await page.getByRole('button', { name: '译文已同步' }).click();
  await expect(page.getByText('译文对应第 1 版')).toBeHidden();
  await page.goto('/knowledge/health');
  await expect(page.getByRole('link', { name: 'English译文早于原文' })).toBeVisible();
  await expectAccessible(page);
});

test('a publication is sent back, put on a date and taken off it again', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/knowledge/import-phone');
  await page.getByRole('link', { name: '编辑' }).click();
  await page.getByRole('textbox', { name: '标题' }).fill('导入后手机号不对');
  await page.keyboard.press('ControlOrMeta+s');
  await page.getByRole('button', { name: '提交审核' }).click();
  await expect(page.getByText('正在审核中')).toBeVisible();
  const address = page.url();

  await app.signIn(page, DEMO.admin);
  await page.goto(address);
  await page.getByRole('button', { name: '通过' }).click();
  await page.getByRole('button', { name: '定时发布' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('定时发布').fill('2199-01-02T09:00');
  await dialog.getByRole('button', { name: '定时发布' }).click();
  await expect(page.getByText(/待发布 · .*2199/)).toBeVisible();
  await page.getByRole('button', { name: '取消定时' }).click();
  await page.getByRole('button', { name: '退回修改' }).click();
  await dialog.getByRole('button', { name: '退回修改' }).click();
  await expect(dialog.getByText('此项必填')).toBeVisible();
  await dialog.getByRole('textbox').fill('标题太笼统');
  await dialog.getByRole('button', { name: '退回修改' }).click();
  await expect(page.getByText('审稿意见：标题太笼统')).toBeVisible();
});

test('what is looked for in vain becomes an article', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/knowledge');
  const noted = page.waitForResponse((answer) => answer.url().includes('/knowledge/search') && !answer.url().includes('is_typing'));
  await search(page, 'wvutsrq');
  await noted;
  await page.getByRole('link', { name: '无结果搜索' }).click();
  const line = page.locator('.care-line').filter({ hasText: 'wvutsrq' });
  await expect(line).toContainText('搜过 1 次');
  await expectAccessible(page);
  await line.getByRole('button', { name: '忽略' }).click();
  await expect(line).toBeHidden();
  await toast(page, '已忽略').getByRole('button', { name: '撤销' }).click();
  await line.getByRole('button', { name: '写成文章' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('分类').selectOption({ label: '使用指南' });
  await dialog.getByRole('button', { name: '写成文章' }).click();
  await expect(page.getByRole('textbox', { name: '标题' })).toHaveValue('wvutsrq');
  await page.goto('/knowledge/gaps?state=drafting');
  await line.getByRole('link', { name: 'wvutsrq' }).click();
  await expect(page.getByRole('textbox', { name: '标题' })).toHaveValue('wvutsrq');
});

test('the words that mean the same and the tree are kept where they are used', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/knowledge/synonyms');
  await expect(page.getByRole('heading', { name: '同义词' })).toBeVisible();
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog');
  for (const word of ['扫码枪', '扫描枪']) {
    await dialog.getByRole('combobox').fill(word);
    await page.keyboard.press('Enter');
  }
  await dialog.getByRole('button', { name: '保存' }).click();
  const line = page.locator('.care-line').filter({ hasText: '扫描枪' });
  await line.getByRole('button', { name: /归档/ }).click();
  await expect(line).toBeHidden();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(line).toBeVisible();

  await page.getByRole('button', { name: '新建分类' }).click();
  await dialog.getByLabel('名称').fill('硬件');
  await dialog.getByLabel('上级分类').selectOption({ label: '内部处理流程' });
  await expect(dialog.getByRole('option', { name: '所有人' })).toBeDisabled();
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(page.locator('.shelf').getByRole('link', { name: '硬件' })).toBeVisible();
  await expectAccessible(page);
});

test('an article is put away with a place for its readers', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
  await page.goto('/knowledge/late-visit');
  await page.locator('.reader').getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '归档' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').fill('探头离线');
  await page.getByRole('option', { name: '温控探头离线怎么办' }).click();
  await dialog.getByRole('button', { name: '归档' }).click();
  await expect(toast(page, '上门迟到的补偿标准')).toBeVisible();
  await page.goto('/knowledge/late-visit');
  await expect(page).toHaveURL(/probe-offline/);
});

test('who answers puts an article where the cursor is, and makes one of an answer', { tag: '@desktop' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/tickets?box=open');
  await page.locator('.inbox-row').filter({ hasText: '温控探头离线' }).click();
  await expect(page.locator('.thread .message').first()).toBeVisible();
  await page.keyboard.press('r');
  await page.keyboard.type('探头离线请看');
  const best = page.locator('.composer .suggested li').first();
  await expect(best).toContainText('温控探头离线怎么办');
  await page.keyboard.press('ControlOrMeta+Shift+l');
  await expect(page.locator('.composer textarea')).toHaveValue(/^探头离线请看 \[温控探头离线怎么办\]\(http.+\/portal\/help\/probe-offline\)$/);
  await best.getByRole('button', { name: '插入文章正文' }).click();
  await expect(page.locator('.composer textarea')).toHaveValue(/更换探头需要停机/);

  await page.goto('/tickets?box=done');
  await page.locator('.inbox-row').first().click();
  const subject = (await page.locator('.thread-name .fact-words').textContent())?.trim() ?? '';
  await page.getByRole('link', { name: '整理成文章' }).click();
  await expect(page.getByRole('textbox', { name: '标题' })).toHaveValue(subject);
});

test('on a phone nothing of the library is cut and everything is under the thumb', { tag: '@phone' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await page.goto('/knowledge');
  await expect(lines(page).first()).toBeVisible();
  const title = page.getByRole('heading', { name: '知识文章' });
  expect(await title.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
  await page.locator('a.fab').click();
  const save = await page.getByRole('button', { name: '保存草稿' }).boundingBox();
  expect(save && save.x + save.width).toBeLessThanOrEqual(390);
  await page.goto('/knowledge/probe-offline');
  const english = await page.getByRole('link', { name: 'English' }).boundingBox();
  expect(english?.height).toBeGreaterThanOrEqual(44);
  await expectNoSidewaysScroll(page);
  await page.goto('/knowledge/gaps');
  await expectNoSidewaysScroll(page);
});
