// What a board counts, and that each number leads to just its rows.

import type { Locator, Page } from '@playwright/test';

import { DEMO, expect, expectAccessible, test } from './support.ts';

const [ASKED, QUOTED, TALKING, LOST] = ['需求确认', '方案报价', '合同谈判', '输单'];

const column = (page: Page, stage: string) => page.getByRole('region', { name: stage, exact: true });

async function openBoard(page: Page, query = ''): Promise<void> {
  await page.goto(`/opportunities${query}`);
  await expect(page.locator('[data-card]').first()).toBeVisible();
}

/** Follows a link and compares what the table's foot says; then goes back. */
async function expectRows(page: Page, link: Locator, number: number | undefined, sum?: string): Promise<void> {
  await link.click();
  await expect(page).toHaveURL(/layout=table/);
  const foot = page.locator('.table-footer');
  if (number !== undefined) await expect(foot.locator('span').first()).toHaveText(new RegExp(`^${number} `));
  if (sum) await expect(foot.locator('b')).toHaveText(sum);
  await page.goBack();
  await expect(page.locator('[data-card]').first()).toBeVisible();
}

/** Changes a stage by its name, as the admin page would. */
async function changeStage(page: Page, name: string, set: Record<string, unknown>): Promise<void> {
  const status = await page.evaluate(
    async ([name, set]) => {
      const stages = await (await fetch('/api/stages')).json();
      const { id } = stages.items.find((stage: { name: string }) => stage.name === name);
      const answer = await fetch(`/api/stages/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ set }),
      });
      return answer.status;
    },
    [name, set] as const,
  );
  expect(status).toBe(200);
}

test.beforeEach(async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
});

test.describe('on a desktop', { tag: '@desktop' }, () => {
  test.use({ locale: 'en' });

  test('counts, sums and the marks of a meter lead to just their rows', async ({ page }) => {
    await openBoard(page);
    const head = column(page, ASKED);
    const sums = await head.locator('.sum a.strong').allTextContents();
    expect(sums.length).toBe(2);

    await expectRows(page, head.getByRole('link', { name: '5 deals' }), 5);
    for (const sum of sums) await expectRows(page, head.getByRole('link', { name: sum, exact: true }), undefined, sum);
    await expectRows(page, head.getByRole('link', { name: '3 on track' }), 3);
    await expectRows(page, head.getByRole('link', { name: '2 rotting or without a next step' }), 2);
    await expectRows(page, column(page, QUOTED).getByRole('link', { name: '1 overdue' }), 1);
  });

  test('a lane leads to its rows, and each of its sums to those of its currency', async ({ page }) => {
    await openBoard(page, '?lanes=owner_id');
    const lane = page.locator('.lane').filter({ has: page.locator('.lane-head a.small').nth(1) }).first();
    const links = lane.locator('.lane-head a');
    const number = Number(await links.first().textContent());

    await expectRows(page, links.first(), number);
    for (const sum of await lane.locator('.lane-head a.small').allTextContents()) {
      await expectRows(page, page.locator('.lane-head').getByRole('link', { name: sum, exact: true }).first(), undefined, sum);
    }
  });

  test('what changed since a day is told in groups that lead to their rows', async ({ page }) => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await openBoard(page, `?since=${yesterday}`);
    const panel = page.getByRole('dialog', { name: 'What changed' });
    const group = panel.locator('.since-group').filter({ has: page.getByRole('heading', { name: /^New/ }) });
    await expect(group).toContainText('智能客服平台');
    const number = parseInt((await group.getByRole('link').first().textContent()) ?? '', 10);
    expect(number).toBeGreaterThanOrEqual(18);
    await expect(panel.locator('.since-group').filter({ has: page.getByRole('heading', { name: /^Won/ }) })).toContainText('知识库扩容');

    await group.getByRole('link').first().click();

    await expect(page.locator('.table-footer span').first()).toHaveText(new RegExp(`^${number} `));
  });

  test('the table of a past day says which day it is and shows no row of today', async ({ page }) => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

    await page.goto(`/opportunities?layout=table&as_of=${yesterday}&archived=only`);

    await expect(page.getByText(/It can be looked at, not changed/)).toBeVisible();
    await expect(page.locator('.table-footer span').first()).toHaveText(/^0 /);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await expect(page).not.toHaveURL(/as_of/);
  });

  test('the numbers of a past board lead to the rows of that day', async ({ page }) => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    // The demo has no yesterday: its board of today stands for it.
    await page.route(/\/api\/board\?.*as_of/, async (route) => {
      const url = new URL(route.request().url());
      url.searchParams.delete('as_of');
      await route.fulfill({ response: await route.fetch({ url: url.href }) });
    });
    await openBoard(page, `?as_of=${yesterday}`);
    const links = [
      column(page, ASKED).getByRole('link', { name: '5 deals' }),
      column(page, ASKED).locator('.sum a.strong').first(),
      column(page, ASKED).locator('.meter a').first(),
    ];

    for (const link of links) {
      const asked = page.waitForRequest((request) => {
        const url = new URL(request.url());
        return url.pathname === '/api/opportunities' && url.searchParams.has('as_of') && url.searchParams.has('filter');
      });
      await link.click();
      await asked;
      await expect(page).toHaveURL(new RegExp(`layout=table.*as_of=${yesterday}|as_of=${yesterday}.*layout=table`));
      await page.goBack();
      await expect(page.locator('[data-card]').first()).toBeVisible();
    }
    // An answer under way is waited for: the page goes with the test.
    await page.unrouteAll({ behavior: 'wait' });
  });

  test('a full stage says so whatever is filtered, folded too', async ({ page }) => {
    await changeStage(page, ASKED, { wip_limit: 4 });
    await changeStage(page, LOST, { wip_limit: 1 });

    await openBoard(page, '?filter=amount.ge.100000000');

    await expect(column(page, ASKED).getByText('Full')).toBeVisible();
    await expect(column(page, LOST).getByText('Full')).toBeVisible();
    await expect(column(page, TALKING).getByText('Full')).toHaveCount(0);
    await changeStage(page, ASKED, { wip_limit: null });
    await changeStage(page, LOST, { wip_limit: null });
    await expect(page.getByText('Full')).toHaveCount(0);
  });
});

test.describe('on a phone', { tag: '@phone' }, () => {
  test.use({ locale: 'en' });

  test('a rotting card says how long it stands there, and so does its record', async ({ page }) => {
    await openBoard(page);
    const card = page.locator('[data-card]').filter({ hasText: '设备维保年框' });

    await expect(card).toContainText('20 days here');
    await card.tap();

    await expect(page.getByRole('dialog')).toContainText('In this stage for 20 days; 14 are usual');
  });

  test('overdue deals of the stage in sight lead to their rows', async ({ page }) => {
    await openBoard(page);
    await page.getByRole('navigation', { name: 'Stages' }).getByRole('button', { name: QUOTED }).tap();

    await page.getByRole('link', { name: '1 overdue' }).tap();

    await expect(page).toHaveURL(/layout=table/);
    await expect(page.locator('.table-footer span').first()).toHaveText(/^1 /);
  });
});
