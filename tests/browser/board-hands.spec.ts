// What hands do to a board: choosing several, lanes by keyboard, columns in
// another order, quick deals, and a thumb that finds all of it.

import type { Locator, Page } from '@playwright/test';

import { DEMO, expect, expectAccessible, expectNoSidewaysScroll, test } from './support.ts';

const [ASKED, QUOTED, TALKING, LOST] = ['需求确认', '方案报价', '合同谈判', '输单'];

const card = (page: Page, name: string) => page.locator('[data-card]').filter({ hasText: name });
const column = (page: Page, stage: string) => page.getByRole('list', { name: stage, exact: true });
const head = (page: Page, stage: string) => page.getByRole('region', { name: stage, exact: true });
const names = (list: Locator) => list.getByRole('listitem').locator('.top .strong').allTextContents();
const said = (page: Page) => page.locator('[data-said]');

async function openBoard(page: Page, query = ''): Promise<void> {
  await page.goto(`/opportunities${query}`);
  await expect(page.locator('[data-card]').first()).toBeVisible();
}

/** Whose deals are whose, as the server has it. */
async function owners(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const deals = await (await fetch('/api/opportunities?limit=500')).json();
    return Object.fromEntries(deals.items.map((deal: { id: string; owner_id?: string }) => [deal.id, deal.owner_id ?? '']));
  });
}

async function stageOf(page: Page, id: string): Promise<string> {
  return page.evaluate(async (id) => (await (await fetch(`/api/opportunities/${id}`)).json()).stage_id, id);
}

/** Creates records as a form would; their ids in order. */
async function create(page: Page, path: string, records: Record<string, unknown>[]): Promise<string[]> {
  return page.evaluate(
    async ([path, records]) => {
      const ids: string[] = [];
      for (const values of records) {
        const id = crypto.randomUUID();
        const answer = await fetch(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
          body: JSON.stringify({ id, values }),
        });
        if (!answer.ok) throw new Error(await answer.text());
        ids.push(id);
      }
      return ids;
    },
    [path, records] as const,
  );
}

async function undo(page: Page, batch: string): Promise<void> {
  const status = await page.evaluate(async (batch) => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    return (await fetch(`/api/batches/${batch}/undo`, { method: 'POST', headers })).status;
  }, batch);
  expect(status).toBe(200);
}

/** A pipeline of its own with two stages. */
async function pipeline(page: Page, name: string): Promise<{ id: string; stages: string[] }> {
  const [id] = await create(page, '/api/pipelines', [{ name }]);
  const stages = ['Begin', 'Go on'].map((stage, at) => ({
    pipeline_id: id, name: stage, kind: 'open', probability: 50, position: at + 1, color: at + 1,
  }));
  return { id, stages: await create(page, '/api/stages', stages) };
}

test.beforeEach(async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
});

test.describe('on a desktop', { tag: '@desktop' }, () => {
  test.use({ locale: 'en' });

  test('keys and a press that come before the hands of the board are not lost', async ({ page }) => {
    let bring = () => {};
    await page.route('**/split_asides.wasm', async (route) => {
      await new Promise<void>((resolve) => (bring = resolve));
      await route.continue();
    });

    await openBoard(page);
    await card(page, '宁波港集团').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await expect(said(page)).toBeEmpty();
    bring();
    await expect(said(page)).toHaveText(/^合同谈判, 3 of \d$/);
    await page.keyboard.press('Escape');
    await expect(said(page)).toHaveText('Returned to where it was');

    await openBoard(page);
    const [from, to] = [await card(page, 'Cancity').boundingBox(), await card(page, 'Isdom').boundingBox()];
    if (!from || !to) throw new Error('both must be in sight');
    await page.mouse.move(from.x + 60, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + 60, to.y + 10, { steps: 4 });
    await expect(page.locator('.slot')).toHaveCount(0);
    bring();
    await expect(page.locator('.slot')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect(column(page, QUOTED)).toContainText('Cancity');
  });

  test('Move to… on a board with lanes takes cards of several owners and leaves them theirs', async ({ page }) => {
    await openBoard(page, '?lanes=owner_id');
    const before = await owners(page);
    const ids: string[] = [];
    for (const name of ['宁波港集团', 'Cancity']) {
      ids.push((await card(page, name).getAttribute('data-card')) ?? '');
      await card(page, name).click({ modifiers: ['ControlOrMeta'] });
    }
    expect(before[ids[0]]).not.toBe(before[ids[1]]);
    const from = await stageOf(page, ids[0]);
    const moved = page.waitForResponse((answer) => answer.url().endsWith('/api/opportunities/move') && answer.ok());

    await card(page, 'Cancity').focus();
    await page.keyboard.press('m');
    await page.getByRole('dialog', { name: 'Move 2 deals to…' }).getByRole('button', { name: TALKING }).click();
    await moved;

    expect(await owners(page)).toEqual(before);
    expect(await stageOf(page, ids[0])).not.toBe(from);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(async () => {
      expect(await stageOf(page, ids[0])).toBe(from);
      expect(await stageOf(page, ids[1])).toBe(from);
    }).toPass();
  });

  test('a card is carried by keyboard into a lane that was out of sight, and one undo brings it back', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 520 });
    await openBoard(page, '?lanes=owner_id');
    const before = await owners(page);
    const first = page.locator('.lane [data-card]').first();
    const id = (await first.getAttribute('data-card')) ?? '';
    const lanes = await page.evaluate(async () => (await (await fetch('/api/board?lanes=owner_id')).json()).lanes as string[]);
    await first.focus();
    const moved = page.waitForResponse((answer) => answer.url().endsWith('/api/opportunities/move') && answer.ok());

    await page.keyboard.press('Space');
    for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowDown');
    await expect(page.locator('.slot')).toBeInViewport();
    await page.keyboard.press('Enter');
    await moved;

    // Nobody's lane stands last.
    expect(lanes.at(-1)).toBe('none');
    await expect(async () => expect((await owners(page))[id]).toBe('')).toPass();
    await expect(page.locator(`[data-card="${id}"]`)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+z');
    await expect(async () => expect((await owners(page))[id]).toBe(before[id])).toPass();
  });

  test('walking by keyboard leads into lanes out of sight', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 520 });
    await openBoard(page, '?lanes=owner_id');
    await page.locator('.lane [data-card]').first().focus();

    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('ArrowDown');
      await expect(page.locator('[data-card]:focus')).toBeInViewport();
    }
  });

  test('Shift chooses a stretch, x one more, and the keys are those of the focused card', async ({ page }) => {
    await openBoard(page);
    const asked = column(page, ASKED).getByRole('listitem');
    await asked.nth(0).click({ modifiers: ['ControlOrMeta'] });
    await asked.nth(2).click({ modifiers: ['Shift'] });
    await expect(page.getByRole('toolbar')).toContainText('3 deals selected');

    await asked.nth(3).focus();
    await page.keyboard.press('x');
    await expect(page.getByRole('toolbar')).toContainText('4 deals selected');
    await page.keyboard.press('x');
    await expect(page.getByRole('toolbar')).toContainText('3 deals selected');
  });

  test('columns stand in an order of one’s own, by keyboard and by menu, until it is given up', async ({ page }) => {
    await openBoard(page);
    const order = () => page.locator('[data-column]').evaluateAll((heads) => heads.map((one) => one.getAttribute('aria-label')));
    const shared = await order();

    await head(page, ASKED).getByRole('link').first().focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(order).toEqual([QUOTED, ASKED, ...shared.slice(2)]);
    await expect(said(page)).toHaveText(`Column ${ASKED} moved`);
    await expect(head(page, ASKED).getByRole('link').first()).toBeFocused();
    await page.reload();
    await expect.poll(order).toEqual([QUOTED, ASKED, ...shared.slice(2)]);
    expect(await page.evaluate(async () => (await (await fetch('/api/stages')).json()).items.map((stage: { name: string }) => stage.name))).toEqual(shared);

    await head(page, ASKED).hover();
    await page.getByRole('button', { name: `Column ${ASKED}` }).click();
    await page.getByRole('menuitem', { name: 'Back to the shared order' }).click();
    await expect.poll(order).toEqual(shared);
  });

  test('a digit looks into a folded column and leaves it folded for next time', async ({ page }) => {
    await openBoard(page);
    await card(page, 'Cancity').focus();

    await page.keyboard.press('5');

    await expect(head(page, LOST).getByRole('heading')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('button', { name: `Unfold ${LOST}` })).toBeVisible();
  });

  test('a deal that is refused comes back into its form, and a lost column offers none', async ({ page, complaints }) => {
    complaints.allow(/422/);
    await openBoard(page);
    await page.getByRole('button', { name: `Unfold ${LOST}` }).click();
    await head(page, LOST).hover();
    await expect(page.getByRole('button', { name: `Add a deal to ${LOST}` })).toHaveCount(0);
    await page.route('**/api/opportunities', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status: 422,
            contentType: 'application/json',
            body: JSON.stringify({ status: 422, code: 'fields', message: '', fields: { account_id: { code: 'no_such_record' } } }),
          })
        : route.fallback(),
    );

    await head(page, ASKED).hover();
    await page.getByRole('button', { name: `Add a deal to ${ASKED}` }).click();
    const form = page.getByRole('form', { name: 'New deal' });
    await form.getByRole('textbox', { name: 'Name' }).fill('Rooftop pilot');
    await page.keyboard.press('Enter');

    await expect(form.getByRole('textbox', { name: 'Name' })).toHaveValue('Rooftop pilot');
    await expect(card(page, 'Rooftop pilot')).toHaveCount(0);
  });

  test('what is carried over a stage counts there before it is put down', async ({ page }) => {
    await openBoard(page);
    const numbers = (stage: string) => head(page, stage).locator('.sum, .number').allTextContents();
    const before = [await numbers(QUOTED), await numbers(TALKING)];
    await card(page, '宁波港集团').focus();

    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => numbers(TALKING)).not.toEqual(before[1]);
    const foreseen = [await numbers(QUOTED), await numbers(TALKING)];
    await page.keyboard.press('Escape');
    await expect.poll(async () => [await numbers(QUOTED), await numbers(TALKING)]).toEqual(before);

    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    const saved = page.waitForResponse((answer) => answer.url().endsWith('/api/opportunities/move') && answer.ok());
    await page.keyboard.press('Enter');
    const { batch } = await (await saved).json();
    await page.reload();
    await expect(card(page, '宁波港集团')).toBeVisible();
    expect([await numbers(QUOTED), await numbers(TALKING)]).toEqual(foreseen);
    await undo(page, batch);
    await expect(column(page, QUOTED)).toContainText('宁波港集团');
  });

  test('arrows go on from a card that was scrolled out of sight', async ({ page }) => {
    const { id, stages } = await pipeline(page, 'Long');
    const deals = Array.from({ length: 60 }, (_, n) => ({
      name: `Deal ${n}`, pipeline_id: id, stage_id: stages[0], currency: 'CNY',
    }));
    await create(page, '/api/opportunities', deals);
    await openBoard(page, `?pipeline=${id}`);
    await card(page, 'Deal 59').focus();

    await column(page, 'Begin').locator('..').evaluate((cell) => { cell.scrollTop = cell.scrollHeight; });
    await expect(card(page, 'Deal 0')).toBeInViewport();
    await expect(card(page, 'Deal 59')).not.toBeInViewport();
    await page.keyboard.press('ArrowDown');

    await expect(card(page, 'Deal 58')).toBeFocused();
    await expect(card(page, 'Deal 58')).toBeInViewport();
  });

  test('an empty pipeline invites to its own first deal', async ({ page }) => {
    const { id } = await pipeline(page, 'Empty');
    await page.goto(`/opportunities?pipeline=${id}`);

    await page.locator('.board-empty').getByRole('button', { name: 'New deal' }).click();

    await expect(page).toHaveURL(new RegExp(`pipeline=${id}`));
    const form = page.getByRole('dialog', { name: 'New deal' });
    await form.getByLabel('Name').fill('The first');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(card(page, 'The first')).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`pipeline=${id}`));
  });

  test('a board is sorted by its menu, and the address keeps it', async ({ page }) => {
    await openBoard(page);
    await page.getByRole('button', { name: 'Sorted by hand' }).click();
    await page.getByRole('menuitemradio', { name: 'Largest amount first' }).or(page.getByRole('menuitem', { name: 'Largest amount first' })).click();

    await expect(page).toHaveURL(/sort=-amount/);
    await expect.poll(async () => (await names(column(page, QUOTED)))[0]).toBe('宁波港集团');
  });
});

test.describe('on a phone', { tag: '@phone' }, () => {
  test.use({ locale: 'en' });

  test('several cards are chosen by thumb, moved together, and come back with one undo', async ({ page }) => {
    await openBoard(page);
    const before = await names(column(page, ASKED));

    await column(page, ASKED).getByRole('button', { name: `Move ${before[0]} to…` }).tap();
    await page.getByRole('button', { name: 'Select several deals' }).tap();
    await column(page, ASKED).getByRole('listitem').filter({ hasText: before[1] }).tap();
    const bar = page.getByRole('toolbar', { name: 'Actions on the selection' }).or(page.getByRole('toolbar'));
    await expect(bar.first()).toContainText('2 deals selected');
    await bar.first().getByRole('button', { name: 'Move to…' }).tap();
    await page.getByRole('dialog', { name: 'Move 2 deals to…' }).getByRole('button', { name: QUOTED }).tap();

    await expect(column(page, QUOTED)).toContainText(before[0]);
    await expect(column(page, QUOTED)).toContainText(before[1]);
    await page.getByRole('button', { name: 'Undo' }).tap();
    await expect(async () => expect(await names(column(page, ASKED))).toEqual(before)).toPass();
  });

  test('the button under the thumb begins a deal in the stage in sight', async ({ page }) => {
    await openBoard(page);
    const strip = page.getByRole('navigation', { name: 'Stages' });
    await strip.getByRole('button', { name: TALKING }).tap();
    await expect(strip.getByRole('button', { name: TALKING })).toHaveAttribute('aria-current', 'true');

    await page.getByRole('button', { name: 'New deal' }).tap();

    await expect(page.getByRole('dialog').getByLabel('Stage')).toContainText(TALKING);
    const chosen = page.getByRole('dialog').locator('select').nth(1);
    await expect(chosen.locator('option:checked')).toHaveText(TALKING);
  });

  test('the title is not cut beside a long pipeline’s name', async ({ page }) => {
    const { id } = await pipeline(page, 'Renewals of the eastern region');
    await page.goto(`/opportunities?pipeline=${id}`);
    await expect(page.locator('.board-empty')).toBeVisible();

    const title = page.getByRole('heading', { name: 'Opportunities', level: 1 });
    expect(await title.evaluate((title) => title.scrollWidth - title.clientWidth)).toBeLessThanOrEqual(0);
    await expectNoSidewaysScroll(page);
  });

  test('order, lanes, a past day and what changed are one tap away', async ({ page }) => {
    await openBoard(page);
    const sheet = page.getByRole('dialog', { name: 'Board options' });
    const open = () => page.getByRole('button', { name: 'Board options' }).tap();

    await open();
    await expectAccessible(page);
    await sheet.getByRole('button', { name: 'Largest amount first' }).tap();
    await expect(page).toHaveURL(/sort=-amount/);
    await open();
    await sheet.getByText('Owner').tap();
    await expect(page).toHaveURL(/lanes=owner_id/);
    await expect(page.locator('.lane').first()).toBeVisible();
    await expectNoSidewaysScroll(page);
    await open();
    await sheet.getByRole('link', { name: 'Changes since last Monday' }).tap();
    await expect(page.getByRole('dialog', { name: 'What changed' })).toBeVisible();
    await page.goBack();
    await open();
    await expect(sheet.getByLabel('The board at the end of').first()).toBeVisible();
  });
});
