// A customer's way: asks, waits, answers, and says that it is done, on a phone and at a desk.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

import { type Browser, expect as plainly, type Page } from '@playwright/test';

import { program } from './server.ts';
import { DEMO, expect, expectAccessible, expectNoSidewaysScroll, type Kith, LOCALES, test } from './support.ts';

const run = promisify(execFile);

const WORDS = {
  'zh-CN': {
    ask: '提交问题',
    signIn: '登录',
    email: '邮箱',
    code: '验证码',
    send: '发送',
    sendCode: '获取验证码',
    name: '您的姓名',
    subject: '一句话说明问题',
    body: '详细说明',
    maybe: '也许能马上解决',
    received: /已收到/,
    has: /已分配给|正在处理|等您的回复/,
    answer: '回复',
    close: '问题已解决',
    reopen: '还没解决',
    solved: /已解决/,
    mine: '我的工单',
    done: '已结束',
    help: '帮助中心',
    search: '搜索帮助文章',
    yes: '有帮助',
    thanks: '谢谢反馈',
    wrong: /验证码不对/,
    rate: '提交评价',
    best: '5 分，满分 5 分',
    taken: /已收到，工单/,
  },
  en: {
    ask: 'Ask us',
    signIn: 'Sign in',
    email: 'Mail address',
    code: 'Code',
    send: 'Send',
    sendCode: 'Send me a code',
    name: 'Your name',
    subject: 'What is it about',
    body: 'What happens',
    maybe: 'This may solve it at once',
    received: /Received/,
    has: /has it|is on it|wait for your reply/,
    answer: 'Reply',
    close: 'It is solved',
    reopen: 'It is not solved',
    solved: /Solved/,
    mine: 'My tickets',
    done: 'Done',
    help: 'Help',
    search: 'Search the articles',
    yes: 'Yes',
    thanks: 'Thank you',
    wrong: /This code is wrong/,
    rate: 'Send the rating',
    best: '5 of 5',
    taken: /Received: ticket/,
  },
} as const;

/** What waits to be mailed to an address, as the console shows it. */
async function mails(app: Kith, to: string): Promise<string> {
  const { stdout } = await run(program, ['doctor', '--mail'], {
    env: { ...process.env, KITH_DATA: app.data, KITH_DATABASE_URL: '' },
  }).catch((error: { stdout: string }) => error);
  return stdout.split(/\n\n(?=  \S+@)/).filter((mail) => mail.trim().startsWith(to)).join('\n');
}

async function code(app: Kith, to: string): Promise<string> {
  const codes = [...(await mails(app, to)).matchAll(/\b(\d{6})\b/g)];
  return codes.at(-1)?.[1] ?? '';
}

/** Answers the newest ticket as an agent of the demo company, past the browser's page. */
async function replyAsAgent(browser: Browser, app: Kith, subject: string, body: string): Promise<void> {
  const context = await browser.newContext({ baseURL: app.baseURL });
  const { request } = context;
  plainly((await request.post('/api/auth/sign-in', { data: DEMO.agent })).status()).toBe(200);
  const list = await (await request.get('/api/tickets?sort=-created_at&limit=5')).json();
  const ticket = list.items.find((one: { name: string }) => one.name === subject);
  const { ticket: seen } = await (await request.get(`/api/tickets/${ticket.id}/thread`)).json();
  const me = await (await request.get('/api/auth/me')).json();
  await request.patch(`/api/tickets/${ticket.id}`, { data: { set: { owner_id: me.actor.id } } });
  const data = { id: crypto.randomUUID(), body, seen: seen.version };
  plainly((await request.post(`/api/tickets/${ticket.id}/replies`, { data })).status()).toBe(200);
  await context.close();
}

async function signIn(page: Page, app: Kith, locale: keyof typeof WORDS, email: string): Promise<void> {
  const words = WORDS[locale];
  await page.getByLabel(words.email).fill(email);
  await page.getByRole('button', { name: words.sendCode }).click();
  const field = page.getByLabel(words.code, { exact: true });
  await expect(field).toBeVisible();
  await field.fill(await code(app, email));
}

for (const locale of LOCALES) {
  test.describe(locale, () => {
    test.use({ locale });
    const words = WORDS[locale];

    test('a customer asks, waits, answers and is done', async ({ app, page, browser, complaints }) => {
      test.slow();
      complaints.allow(/422/);
      const email = `zhou-${locale.toLowerCase()}@acme.example`;
      const subject = locale === 'en' ? 'Probe 3 sends nothing' : '3 号探头没有数据';
      await page.goto('/portal');
      await page.getByRole('link', { name: words.ask }).first().click();
      await signIn(page, app, locale, email);

      await page.getByLabel(words.subject).fill(subject);
      await page.getByLabel(words.body).fill('06:00');
      await page.reload();
      await expect(page.getByLabel(words.subject)).toHaveValue(subject);
      await page.getByRole('button', { name: words.send }).click();
      // Nobody knows who it is yet: told at the field, nothing lost.
      await expect(page.locator('#name-error')).not.toBeEmpty();
      await page.getByLabel(words.name).fill('Zhou');
      await page.getByRole('button', { name: words.send }).click();

      const promise = page.locator('.promise');
      await expect(promise).toHaveText(words.received);
      await expect(page.locator('.bubble.me')).toHaveText(/06:00/);
      await expectNoSidewaysScroll(page);
      expect(await mails(app, email)).toContain('/portal/tickets/');

      await replyAsAgent(browser, app, subject, 'Now it **does**');
      await expect(page.locator('.bubble.staff strong')).toHaveText('does', { timeout: 40_000 });
      await expect(promise).toHaveText(words.has);

      await page.getByLabel(words.answer, { exact: true }).fill('OK');
      await page.reload();
      await expect(page.getByLabel(words.answer, { exact: true })).toHaveValue('OK');
      await page.getByRole('button', { name: words.send }).click();
      await expect(page.locator('.bubble.me')).toHaveCount(2);
      await page.getByRole('button', { name: words.close }).click();
      await expect(promise).toHaveText(words.solved);
      await page.getByRole('button', { name: words.reopen }).click();
      await expect(page.getByRole('button', { name: words.close })).toBeVisible();
      await page.getByRole('button', { name: words.close }).click();
      await expect(promise).toHaveText(words.solved);

      const stars = page.locator('.rate');
      await expect(stars).toBeVisible({ timeout: 30_000 });
      await expectNoSidewaysScroll(page);
      for (const question of await stars.getByRole('group').all()) {
        // As a thumb does it: on the star, which is the label of the choice.
        await question.locator('label').last().click();
        await expect(question.getByRole('radio', { name: words.best })).toBeChecked();
      }
      await stars.getByRole('button', { name: words.rate }).click();
      await expect(stars.getByText(words.thanks)).toBeVisible();

      await page.getByRole('link', { name: words.mine }).click();
      await page.getByRole('button', { name: words.done }).click();
      await expect(page.locator('.line')).toHaveText(new RegExp(subject));
    });

    test('a stranger finds an article and says that it helped', async ({ page }) => {
      await page.goto('/portal');
      await expect(page.locator('.shelf').first()).toBeVisible();
      const first = page.locator('.shelf a').first();
      const title = (await first.textContent()) ?? '';
      await page.getByRole('searchbox', { name: words.search }).fill(title);
      await page.locator('.hits a').filter({ hasText: title }).first().click();
      await expect(page.getByRole('heading', { name: title })).toBeVisible();
      await expectNoSidewaysScroll(page);
      await page.getByRole('button', { name: words.yes, exact: true }).click();
      await expect(page.getByText(words.thanks)).toBeVisible();
      await page.goBack();
      await expect(page.locator('.shelf').first()).toBeVisible();
    });

    test('who does not sign in sends a form', async ({ app, page, complaints }) => {
      complaints.allow(/422/);
      await page.goto('/portal/form');
      await page.getByLabel(words.subject).fill('Probe');
      await page.getByRole('button', { name: words.send }).click();
      await expect(page.locator('#body-error')).not.toBeEmpty();
      await page.getByLabel(words.name).fill('Zhou');
      await page.getByLabel(words.email).fill(`form-${locale.toLowerCase()}@acme.example`);
      await page.getByLabel(words.body).fill('Nothing');
      await page.getByRole('button', { name: words.send }).click();
      await expect(page.getByRole('heading', { name: words.taken })).toBeVisible();
      expect(await mails(app, `form-${locale.toLowerCase()}@acme.example`)).toContain('/portal/tickets/');
    });

    test('a wrong code is told at the field', async ({ page, complaints }) => {
      complaints.allow(/422/);
      await page.goto('/portal/sign-in');
      await page.getByLabel(words.email).fill('wrong@acme.example');
      await page.getByRole('button', { name: words.sendCode }).click();
      await page.getByLabel(words.code, { exact: true }).fill('000000');
      await expect(page.locator('#code-error')).toHaveText(words.wrong);
    });
  });
}

test('the link of a mail opens its ticket without a sign-in', async ({ app, page, browser }) => {
  const email = 'link@acme.example';
  await page.goto('/portal/ask');
  await signIn(page, app, 'zh-CN', email);
  await page.getByLabel('一句话说明问题').fill('发票抬头写错了');
  await page.getByLabel('详细说明').fill('请改成苏州铭科');
  await page.getByLabel('您的姓名').fill('李静');
  await page.getByRole('button', { name: '发送' }).click();
  await expect(page.locator('.promise')).toBeVisible();
  const link = (await mails(app, email)).match(/\/portal\/tickets\/\S+#\w+/)?.[0] ?? '';

  const stranger = await browser.newContext({ baseURL: app.baseURL, locale: 'zh-CN' });
  const opened = await stranger.newPage();
  await opened.goto(link);
  await plainly(opened.getByRole('heading', { name: /发票抬头写错了/ })).toBeVisible();
  plainly(opened.url()).not.toContain('#');
  await opened.getByLabel('回复', { exact: true }).fill('谢谢');
  await opened.getByRole('button', { name: '发送' }).click();
  await plainly(opened.locator('.bubble.me')).toHaveCount(2);
  await stranger.close();
});

test('every page can be read by everybody', async ({ app, page }) => {
  test.slow();
  const themes = ['light', 'dark'] as const;
  const look = async () => {
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    }
  };
  await page.goto('/portal');
  await expect(page.locator('.shelf').first()).toBeVisible();
  await look();
  await page.locator('.shelf a').first().click();
  await expect(page.locator('.article')).toBeVisible();
  await look();
  await page.goto('/portal/ask');
  await expect(page.getByLabel('邮箱')).toBeVisible();
  await look();
  await signIn(page, app, 'zh-CN', 'read@acme.example');
  await page.getByLabel('一句话说明问题').fill('温控探头离线');
  await expect(page.locator('.suggestions a').first()).toBeVisible();
  await look();
  await page.getByLabel('您的姓名').fill('周敏');
  await page.getByLabel('详细说明').fill('冷库 3 号探头从早上 6 点起没有数据。');
  await page.getByRole('button', { name: '发送' }).click();
  await expect(page.locator('.promise')).toBeVisible();
  await look();
  for (const path of ['/portal', '/portal/me', '/portal/nowhere']) {
    await page.goto(path);
    await expect(page.locator('main h1')).toBeVisible();
    await look();
  }
});

test('another site shows the form by one line', async ({ app, page }) => {
  const site = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(`<!doctype html><html lang="zh-CN"><title>Shop</title><h1>Shop</h1><script async src="${app.baseURL}/portal/widget.js"></script>`);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const { port } = site.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.getByRole('button', { name: '联系我们' }).click();
  const form = page.frameLocator('iframe');
  await form.getByLabel('一句话说明问题').fill('温控探头离线');
  await expect(form.locator('.suggestions a').first()).toBeVisible();
  await expect(form.locator('header')).toHaveCount(0);
  await form.getByLabel('您的姓名').fill('李静');
  await form.getByLabel('邮箱').fill('widget@acme.example');
  await form.getByLabel('详细说明').fill('没有数据');
  await form.getByRole('button', { name: '发送' }).click();
  await expect(form.getByRole('heading', { name: /已收到，工单/ })).toBeVisible();
  await page.keyboard.press('Escape');
  site.close();
});
