// The ticket inbox: an agent's hour at a desk and on a phone, on the demo company.

import type { Locator, Page } from '@playwright/test';

import { DEMO, expect, expectNoSidewaysScroll, test } from './support.ts';

const rows = (page: Page) => page.locator('.inbox-row');
const row = (page: Page, name: string) => rows(page).filter({ hasText: name });
const thread = (page: Page) => page.locator('.thread');
const messages = (page: Page) => thread(page).locator('.message');
const field = (page: Page) => thread(page).locator('.composer textarea');
const toast = (page: Page, words: string | RegExp) => page.locator('.toast').filter({ hasText: words });
const status = (page: Page) => thread(page).locator('.thread-head .status [aria-haspopup=menu]');

async function openInbox(page: Page, view = ''): Promise<void> {
  await page.goto(`/tickets${view && `?box=${view}`}`);
  await expect(page.getByRole('heading', { name: '工单', exact: true })).toBeVisible();
}

async function open(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await expect(thread(page).getByRole('heading', { name })).toBeVisible();
  await expect(messages(page).first()).toBeVisible();
}

/** How many stand in a view, as its button says. */
async function count(page: Page, view: string): Promise<number> {
  const label = page.locator('.inbox-views button').filter({ hasText: view });
  await expect(label).toHaveText(/\d/);
  return Number((await label.textContent())?.replace(/\D/g, ''));
}

/** Says something on the open ticket as somebody else, past this page. */
async function sayAs(page: Page, what: 'replies' | 'heard', body: string): Promise<void> {
  const id = new URL(page.url()).searchParams.get('open');
  const answer = await page.evaluate(
    async ([id, what, body]) => {
      const { ticket } = await (await fetch(`/api/tickets/${id}/thread`)).json();
      const said = { id: crypto.randomUUID(), body, ...(what === 'replies' && { seen: ticket.version }) };
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      return (await fetch(`/api/tickets/${id}/${what}`, { method: 'POST', headers, body: JSON.stringify(said) })).status;
    },
    [id, what, body] as const,
  );
  expect(answer).toBe(200);
}

async function chooseStatus(page: Page, name: string): Promise<void> {
  await page.keyboard.press('s');
  await page.getByRole('menuitem', { name, exact: true }).click();
}

async function solve(page: Page, dialog: Locator, resolution: string): Promise<void> {
  await dialog.getByLabel('处理结果').selectOption({ label: resolution });
  await dialog.getByRole('button', { name: '解决', exact: true }).click();
}

test.describe('at a desk', { tag: '@desktop' }, () => {
  test.beforeEach(async ({ app, page }) => {
    await app.signIn(page, DEMO.agent);
  });

  test('an agent goes through the inbox by keyboard, answers, takes it back and says it better', async ({ page }) => {
    await openInbox(page);
    await expect(rows(page).first()).toBeVisible();
    const first = await rows(page).nth(0).locator('.grow').first().textContent();
    await page.keyboard.press('j');
    await expect(thread(page).getByRole('heading', { name: first ?? '' })).toBeVisible();
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await expect(rows(page).nth(0)).toHaveAttribute('aria-current', 'true');
    await page.keyboard.press('Escape');

    await open(page, '退货退款进度');
    const before = await messages(page).count();
    await page.keyboard.press('r');
    await expect(field(page)).toBeFocused();
    await page.keyboard.type('款已退回');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(messages(page)).toHaveCount(before + 1);
    await expect(messages(page).last()).toContainText('款已退回');
    await expect(messages(page).last()).toContainText('秒后送出');
    await expect(field(page)).toHaveValue('');

    await page.keyboard.press('ControlOrMeta+z');
    await expect(messages(page)).toHaveCount(before);
    await expect(field(page)).toHaveValue('款已退回');
    await field(page).fill('单店长您好，退款已原路退回，请查收。');
    await thread(page).getByRole('button', { name: '发送', exact: true }).click();
    await expect(messages(page).last()).toContainText('请查收');
    await page.reload();
    await expect(messages(page)).toHaveCount(before + 1);
    await expect(row(page, '退货退款进度')).toContainText('请查收');
  });

  test('what one writes waits on the server, and a note does not become a reply unasked', async ({ page }) => {
    await openInbox(page, 'open');
    await open(page, '会员积分没有到账');
    await page.keyboard.press('n');
    await page.keyboard.type('先别回复，规则要改');
    await expect(thread(page).getByText('草稿已保存')).toBeVisible();
    await page.reload();
    await expect(field(page)).toHaveValue('先别回复，规则要改');

    await thread(page).getByRole('button', { name: '回复', exact: true }).click();
    const guard = page.getByRole('dialog', { name: '把备注改为回复？' });
    await guard.getByRole('button', { name: '仍作备注' }).click();
    await thread(page).getByRole('button', { name: '添加备注' }).click();
    await expect(messages(page).last()).toHaveClass(/note/);
    await expect(messages(page).last()).toContainText('规则要改');
    await expect(row(page, '会员积分没有到账')).not.toContainText('规则要改');
  });

  test('a thread that moved on is read before it is answered, or answered anyway', async ({ app, browser, complaints, page }) => {
    complaints.allow(/409/);
    await openInbox(page, 'open');
    await open(page, '温控探头离线');
    await field(page).fill('不需要停机');
    await expect(thread(page).getByText('草稿已保存')).toBeVisible();

    const context = await browser.newContext({ baseURL: app.baseURL, locale: 'zh-CN' });
    const other = await context.newPage();
    await app.signIn(other, DEMO.admin);
    await other.goto(page.url());
    await sayAs(other, 'replies', '更换时停机五分钟。');
    await context.close();

    await expect(messages(page).last()).toContainText('停机五分钟');
    await expect(thread(page).getByText('你开始写之后')).toBeVisible();
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(thread(page).getByText('对话有了新内容')).toBeVisible();
    await expect(field(page)).toHaveValue('不需要停机');
    await thread(page).getByRole('button', { name: '仍然发送' }).click();
    await expect(messages(page).last()).toContainText('不需要停机');
    await expect(thread(page).getByText('对话有了新内容')).toHaveCount(0);
  });

  test('two at one ticket see each other, and who writes stops when they pause, send or look away', async ({ app, browser, page }) => {
    await openInbox(page, 'open');
    await open(page, '温控探头离线');
    const context = await browser.newContext({ baseURL: app.baseURL, locale: 'zh-CN' });
    const other = await context.newPage();
    await app.signIn(other, DEMO.admin);
    await other.goto(page.url());
    await expect(messages(other).first()).toBeVisible();
    const others = (page: Page) => thread(page).locator('.thread-others');
    await expect(others(page)).toContainText('正在查看');
    await expect(others(other)).toContainText('周倩正在查看');

    const top = await messages(page).first().boundingBox();
    await field(other).fill('我来回复');
    await expect(others(page)).toContainText('正在回复…');
    expect(await messages(page).first().boundingBox()).toEqual(top);
    await page.keyboard.press('Escape');
    await expect(row(page, '温控探头离线').locator('.writing-dot')).toBeVisible();
    await field(other).fill('');
    await expect(row(page, '温控探头离线').locator('.writing-dot')).toHaveCount(0);

    await open(page, '温控探头离线');
    await expect(others(page)).toContainText('正在查看');
    await context.close();
    await expect(others(page)).toBeEmpty({ timeout: 20_000 });
  });

  test('a ticket is merged by keyboard after a look at what that does, and one undo parts them', async ({ page }) => {
    await openInbox(page, 'open');
    await open(page, '发票抬头写错了');
    const number = await thread(page).locator('.thread-head .faint').first().textContent();
    await page.keyboard.press('i');
    const dialog = page.getByRole('dialog', { name: '合并到另一张工单' });
    await dialog.getByRole('combobox').fill('退货退款');
    await page.getByRole('option', { name: /退货退款进度/ }).click();
    await expect(dialog).toContainText(`${number} 合并到`);
    await dialog.getByLabel('我已了解，仍要合并').check();
    await dialog.getByRole('button', { name: '合并', exact: true }).click();

    await expect(thread(page).getByRole('heading', { name: '退货退款进度' })).toBeVisible();
    await expect(messages(page).filter({ hasText: `来自 ${number}` }).first()).toBeVisible();
    await expect(row(page, '发票抬头写错了')).toHaveCount(0);
    await toast(page, '已合并').getByRole('button', { name: '撤销' }).click();
    await expect(messages(page).filter({ hasText: '来自' })).toHaveCount(0);
    await expect(row(page, '发票抬头写错了')).toBeVisible();
  });

  test('a ticket is taken, solved with its reason, and brought back by one undo', async ({ page }) => {
    await openInbox(page, 'unassigned');
    const free = await count(page, '未分配');
    await open(page, '发票抬头写错了');
    await page.keyboard.press('t');
    await expect(row(page, '发票抬头写错了')).toHaveCount(0);
    await expect.poll(() => count(page, '未分配')).toBe(free - 1);
    await expect(status(page)).toHaveText('处理中');

    await chooseStatus(page, '已解决');
    const dialog = page.getByRole('dialog', { name: '是什么问题' });
    await dialog.getByRole('button', { name: '解决', exact: true }).click();
    await expect(dialog.getByText('解决前')).toBeVisible();
    await solve(page, dialog, '已修复');
    await expect(status(page)).toHaveText('已解决');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(status(page)).toHaveText('处理中');
  });

  test('a call becomes a ticket, and what was promised of it is explained', async ({ page }) => {
    await openInbox(page);
    await page.keyboard.press('c');
    const form = page.getByRole('dialog', { name: '新建工单' });
    await form.getByRole('button', { name: '创建工单' }).click();
    await expect(form.getByText('必填')).toBeVisible();
    await form.getByRole('combobox', { name: '提出人' }).fill('吴芳');
    await page.getByRole('option', { name: /吴芳/ }).click();
    await expect(form.getByRole('combobox', { name: '客户' })).toHaveValue('苏州铭科精密');
    await form.getByRole('textbox', { name: '主题' }).fill('标签打印偏移');
    await form.getByRole('textbox', { name: '客户怎么说' }).fill('标签整体往右偏了 **3 毫米**');
    await form.getByRole('button', { name: '创建工单' }).click();
    await expect(thread(page).getByRole('heading', { name: '标签打印偏移' })).toBeVisible();
    await expect(messages(page)).toContainText('3 毫米');
    await expect(messages(page).locator('strong')).toHaveText('3 毫米');
    await expect(page.locator('.clock')).toHaveCount(2);
    await page.locator('.clock').first().getByText('怎么算的').click();
    await expect(page.locator('.clock').first().getByText('承诺在 4 小时内')).toBeVisible();
    await expect(page.locator('.inbox-side')).toContainText('扫码枪识别不了新条码');
  });
});

test('an agent on the phone reads, answers and moves on by thumb @phone', { tag: '@phone' }, async ({ app, page }) => {
  await app.signIn(page, DEMO.agent);
  await openInbox(page, 'open');
  await open(page, 'Chiller report');
  await expect(rows(page).first()).toBeHidden();
  await field(page).fill('Any news?');
  await thread(page).getByRole('button', { name: '发送', exact: true }).click();
  await expect(toast(page, '回复将在 10 秒后送出')).toBeVisible();
  await expect(messages(page).last()).toContainText('Any news?');
  await expectNoSidewaysScroll(page);
  await thread(page).getByRole('button', { name: '详情' }).click();
  await expect(page.locator('.inbox-side').getByText('提出人')).toBeVisible();
  await page.locator('.inbox-side').getByRole('button', { name: '收起详情' }).click();
  await thread(page).getByRole('button', { name: '返回列表' }).click();
  await expect(row(page, 'Chiller report')).toBeVisible();
});

test.describe('macros', { tag: '@desktop' }, () => {
  test('are looked at before they act, speak of this ticket, and go back with one undo', async ({ app, page }) => {
    await app.signIn(page, DEMO.agent);
    await openInbox(page, 'open');
    await open(page, '无法登录');
    await page.keyboard.press('m');
    await page.getByRole('menuitem', { name: '已处理，请客户确认' }).click();
    const look = page.getByRole('dialog', { name: '已处理，请客户确认' });
    await expect(look).toContainText('处理中');
    await expect(look).toContainText('等待客户');
    await expect(look).toContainText('沈浩您好');
    await look.getByRole('button', { name: '应用' }).click();
    await expect(field(page)).toHaveValue(/^沈浩您好，#\d+ 已处理[^]*周倩$/);
    await expect(status(page)).toHaveText('处理中');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(status(page)).toHaveText('等待客户');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(status(page)).toHaveText('处理中');
    await expect(field(page)).toHaveValue(/^沈浩您好/);
  });
});

test('somebody without a right to it is told of a ticket as of one that never was', async ({ app, complaints, page }) => {
  complaints.allow(/404/);
  await app.signIn(page, DEMO.rep);
  await page.goto('/tickets?open=0190f0a0-0000-7000-8000-000000000000');
  await expect(thread(page).getByText('找不到')).toBeVisible();
});
