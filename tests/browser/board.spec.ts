// The pipeline board by mouse, by keyboard and by thumb, on the demo company.

import type { Locator, Page } from '@playwright/test';

import { DEMO, LOCALES, expect, expectAccessible, expectNoSidewaysScroll, test } from './support.ts';

const [ASKED, QUOTED, TALKING, LOST] = ['需求确认', '方案报价', '合同谈判', '输单'];

const card = (page: Page, name: string) => page.locator('[data-card]').filter({ hasText: name });
const column = (page: Page, stage: string) => page.getByRole('list', { name: stage, exact: true });
const names = (list: Locator) => list.getByRole('listitem').locator('.top .strong').allTextContents();
const said = (page: Page) => page.locator('[data-said]');
const toast = (page: Page) => page.getByRole('status').filter({ has: page.getByRole('button') });

async function openBoard(page: Page, query = ''): Promise<void> {
  await page.goto(`/opportunities${query}`);
  await expect(page.locator('[data-card]').first()).toBeVisible();
}

/** Takes a card up by its middle and lets it go over the upper part of another, or of an element. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [a, b] = [await from.boundingBox(), await to.boundingBox()];
  if (!a || !b) throw new Error('both must be in sight');
  await page.mouse.move(a.x + 60, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(a.x + 70, a.y + a.height / 2 + 8, { steps: 3 });
  await page.mouse.move(b.x + Math.min(60, b.width / 2), b.y + a.height / 2 - 4, { steps: 8 });
  await expect(page.locator('.slot, .cell.folded.over')).toHaveCount(1);
  await page.mouse.up();
}

test.beforeEach(async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
});

test.describe('on a desktop', { tag: '@desktop' }, () => {
  test.use({ locale: 'en' });

  test('a card follows the mouse to another stage, numbers follow at once, and undo brings it back', async ({ page }) => {
    await openBoard(page);
    const before = await names(column(page, QUOTED));

    await drag(page, card(page, 'Cancity'), card(page, '成都蜀景文旅'));

    await expect(said(page)).toHaveText(/^Deal Cancity moved to 合同谈判, 2 of 4$/);
    expect(await names(column(page, TALKING))).toEqual(['Isdom', 'Cancity', '成都蜀景文旅', '常州天合配件']);
    await expect(page.getByRole('region', { name: TALKING }).getByRole('link', { name: '4 deals' })).toBeVisible();
    await expect(card(page, 'Cancity')).toBeFocused();

    const undone = page.waitForResponse((answer) => answer.url().endsWith('/undo') && answer.ok());
    await page.keyboard.press('ControlOrMeta+z');

    await expect(async () => expect(await names(column(page, QUOTED))).toEqual(before)).toPass();
    await undone;
    await page.reload();
    await expect(async () => expect(await names(column(page, QUOTED))).toEqual(before)).toPass();
  });

  test('the order within a column is kept', async ({ page }) => {
    await openBoard(page);
    const [first, second, ...rest] = await names(column(page, TALKING));
    const saved = page.waitForResponse((answer) => answer.url().endsWith('/api/opportunities/move') && answer.ok());

    await drag(page, card(page, second), card(page, first));
    await saved;
    await page.reload();

    await expect(card(page, first)).toBeVisible();
    expect(await names(column(page, TALKING))).toEqual([second, first, ...rest]);
  });

  test('a card is lifted, carried and dropped by keyboard, and each step is said', async ({ page }) => {
    await openBoard(page);
    await card(page, '宁波港集团').focus();

    await page.keyboard.press('Space');
    await expect(said(page)).toContainText('宁波港集团 lifted');
    await page.keyboard.press('ArrowRight');
    await expect(said(page)).toHaveText(/^合同谈判, 3 of \d$/);
    await page.keyboard.press('ArrowUp');
    await expect(said(page)).toHaveText(/^合同谈判, 2 of \d$/);
    await page.keyboard.press('Escape');
    await expect(said(page)).toHaveText('Returned to where it was');
    expect(await names(column(page, QUOTED))).toContain('宁波港集团');

    await page.keyboard.press('Space');
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');

    await expect(said(page)).toHaveText(/^Deal 宁波港集团 moved to 需求确认, 1 of \d$/);
    await expect(card(page, '宁波港集团')).toBeFocused();
    expect((await names(column(page, ASKED)))[0]).toBe('宁波港集团');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(column(page, QUOTED)).toContainText('宁波港集团');
  });

  test('several cards move in one command with one undo', async ({ page }) => {
    await openBoard(page);
    const before = await names(column(page, ASKED));
    const asked = column(page, ASKED).getByRole('listitem');
    await asked.nth(0).click({ modifiers: ['ControlOrMeta'] });
    await asked.nth(1).click({ modifiers: ['ControlOrMeta'] });
    await expect(page.getByRole('toolbar')).toContainText('2 deals selected');

    await drag(page, asked.nth(1), column(page, TALKING).getByRole('listitem').first());

    await expect(toast(page)).toContainText('2 deals moved to 合同谈判');
    expect((await names(column(page, TALKING))).slice(0, 2)).toEqual(before.slice(0, 2));
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(async () => expect(await names(column(page, ASKED))).toEqual(before)).toPass();
  });

  test('a lost deal says why before it goes, and stays when nobody says', async ({ page }) => {
    await openBoard(page);
    const name = '常州天合配件';
    const lost = page.getByRole('region', { name: LOST });

    await drag(page, card(page, name), lost);
    await page.getByRole('button', { name: 'Mark as lost' }).click();
    await expect(page.getByRole('alert')).toHaveText('Fill this in.');
    await page.keyboard.press('Escape');
    await expect(column(page, TALKING)).toContainText(name);

    await drag(page, card(page, name), lost);
    await page.getByRole('radio', { name: 'Other' }).check();
    await page.getByRole('button', { name: 'Mark as lost' }).click();
    await expect(page.getByRole('alert')).toHaveText('Fill this in.');
    await page.getByRole('textbox').fill('The plant closed');
    await page.getByRole('button', { name: 'Mark as lost' }).click();

    await expect(toast(page)).toContainText(`${name} moved to ${LOST}`);
    await expect(card(page, name)).toHaveCount(0);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(column(page, TALKING)).toContainText(name);
  });

  test('what the server refuses goes back visibly, with the reason', async ({ page, complaints }) => {
    complaints.allow(/422/);
    await openBoard(page);
    await page.route('**/api/opportunities/move', (route) =>
      route.fulfill({
        status: 422,
        contentType: 'application/json',
        body: JSON.stringify({ status: 422, code: 'fields', message: '', fields: { stage: { code: 'stage_of_another_pipeline' } } }),
      }),
    );

    await drag(page, card(page, 'Acme Corporation'), card(page, 'Isdom'));

    await expect(page.getByRole('alert')).toContainText('This stage belongs to another pipeline.');
    await expect(column(page, ASKED)).toContainText('Acme Corporation');
    await expect(said(page)).toContainText('The move was taken back');
  });

  test('another person sees the move at once', async ({ app, browser, page }) => {
    const context = await browser.newContext({ baseURL: app.baseURL, locale: 'en' });
    const other = await context.newPage();
    await app.signIn(other, DEMO.lead);
    await openBoard(other);
    await openBoard(page);

    await drag(page, card(page, 'Cancity'), card(page, 'Isdom'));

    await expect(column(other, TALKING)).toContainText('Cancity', { timeout: 2_000 });
    await page.keyboard.press('ControlOrMeta+z');
    await expect(column(other, QUOTED)).toContainText('Cancity', { timeout: 2_000 });
    await context.close();
  });

  test('what moves before the page hears of moves is not missed', async ({ app, browser, page }) => {
    const context = await browser.newContext({ baseURL: app.baseURL, locale: 'en' });
    const other = await context.newPage();
    await app.signIn(other, DEMO.lead);
    await openBoard(other);
    let listen = () => {};
    const heard = new Promise<void>((resolve) => (listen = resolve));
    await page.route('**/api/events*', async (route) => {
      await heard;
      await route.continue();
    });
    await openBoard(page);

    const moved = other.waitForResponse((answer) => answer.url().endsWith('/api/opportunities/move') && answer.ok());
    await drag(other, card(other, 'Cancity'), card(other, 'Isdom'));
    await moved;
    listen();

    await expect(column(page, TALKING)).toContainText('Cancity', { timeout: 2_000 });
    await other.keyboard.press('ControlOrMeta+z');
    await expect(column(page, QUOTED)).toContainText('Cancity', { timeout: 2_000 });
    await context.close();
  });

  test('every number opens to its rows', async ({ page }) => {
    await openBoard(page);
    const count = (await names(column(page, QUOTED))).length;

    await page.getByRole('region', { name: QUOTED }).getByRole('link', { name: `${count} deals` }).click();

    await expect(page).toHaveURL(/layout=table/);
    await expect(page.getByRole('row').filter({ has: page.getByText(QUOTED) })).toHaveCount(count);
  });

  test('a deal is added at the top of a column, and the form stays for the next', async ({ page }) => {
    await openBoard(page);
    const head = page.getByRole('region', { name: ASKED });
    await head.hover();
    await head.getByRole('button', { name: `Add a deal to ${ASKED}` }).click();
    const form = page.getByRole('form', { name: 'New deal' });

    await form.getByRole('textbox', { name: 'Name' }).fill('Rooftop pilot');
    await page.keyboard.press('Enter');

    await expect(column(page, ASKED).getByRole('listitem').first()).toContainText('Rooftop pilot');
    await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await expect(form.getByRole('textbox', { name: 'Name' })).toHaveValue('');
    await page.keyboard.press('Escape');
    await page.reload();
    await expect(card(page, 'Rooftop pilot')).toBeVisible();
  });

  test('the past can be looked at, not changed', async ({ page }) => {
    await openBoard(page);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

    await page.goto(`/opportunities?as_of=${yesterday}`);

    await expect(page.getByText(/It can be looked at, not changed/)).toBeVisible();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await expect(card(page, 'Isdom')).toBeVisible();
  });

  test('lanes and folds are kept, and Escape leads back one step', async ({ page }) => {
    await openBoard(page, '?lanes=owner_id');
    await expect(page.getByRole('region', { name: '李静' })).toContainText('Isdom');
    await page.getByRole('button', { name: `Unfold ${LOST}` }).click();
    await page.reload();
    await expect(page.getByRole('region', { name: LOST }).getByRole('heading')).toBeVisible();

    await card(page, 'Isdom').click();
    await expect(page.getByRole('dialog', { name: /Annual support renewal/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page).not.toHaveURL(/open=/);
    await expect(card(page, 'Isdom')).toBeFocused();
  });
});

test.describe('in lanes', { tag: '@desktop' }, () => {
  // All lanes in sight.
  test.use({ locale: 'en', viewport: { width: 1440, height: 2400 } });

  const lane = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

  test('a card is taken from its owner and given back by mouse, by keys and in the sheet', async ({ page }) => {
    await openBoard(page, '?lanes=owner_id');
    const nobody = lane(page, 'No owner');
    await expect(lane(page, '李静')).toContainText('Isdom');

    await drag(page, card(page, 'Isdom'), nobody.getByRole('list', { name: `${TALKING}, No owner` }));
    await expect(nobody).toContainText('Isdom');
    await expect(said(page)).toHaveText(`Deal Isdom moved to ${TALKING}, No owner, 1 of 1`);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(lane(page, '李静')).toContainText('Isdom');
    await expect(nobody).not.toContainText('Isdom');

    await card(page, 'Isdom').focus();
    await page.keyboard.press('Space');
    for (let step = 0; step < 40 && !(await said(page).innerText()).includes('No owner'); step += 1) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await expect(nobody).toContainText('Isdom');

    await expect(card(page, 'Isdom')).toBeFocused();
    await page.keyboard.press('m');
    await page.getByRole('dialog', { name: 'Move Isdom to…' }).getByRole('button', { name: '李静' }).click();
    await expect(lane(page, '李静')).toContainText('Isdom');
    await page.reload();
    await expect(lane(page, '李静')).toContainText('Isdom');
    await expect(nobody).not.toContainText('Isdom');
  });
});

test.describe('on a phone', { tag: '@phone' }, () => {
  test.use({ locale: 'en' });

  /** A finger that presses long, travels and lets go. */
  async function carry(page: Page, from: Locator, to: Locator): Promise<void> {
    const touches = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      touches.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    const [a, b] = [await from.boundingBox(), await to.boundingBox()];
    if (!a || !b) throw new Error('both must be in sight');
    const start = { x: a.x + 80, y: a.y + 40 };
    const end = { x: b.x + b.width / 2, y: b.y + b.height / 2 };
    await touch('touchStart', [start]);
    await expect(page.locator('.drag-ghost')).toBeVisible();
    for (let step = 1; step <= 8; step += 1) {
      const part = step / 8;
      await touch('touchMove', [{ x: start.x + (end.x - start.x) * part, y: start.y + (end.y - start.y) * part }]);
    }
    await expect(page.locator('[data-strip].over')).toHaveCount(1);
    await touch('touchEnd', []);
    await touches.detach();
  }

  const stage = (page: Page, name: string) => page.getByRole('navigation', { name: 'Stages' }).getByRole('button', { name });

  test('one stage shows at a time, and a card is carried onto another in the strip', async ({ page }) => {
    await openBoard(page);
    await expect(stage(page, ASKED)).toHaveAttribute('aria-current', 'true');
    await stage(page, QUOTED).tap();
    await expect(stage(page, QUOTED)).toHaveAttribute('aria-current', 'true');
    await expect(card(page, 'Cancity')).toBeInViewport();

    await carry(page, card(page, 'Cancity'), stage(page, TALKING));

    await expect(said(page)).toHaveText(/^Deal Cancity moved to 合同谈判, 1 of \d$/);
    await page.getByRole('button', { name: 'Undo' }).tap();
    await expect(column(page, QUOTED)).toContainText('Cancity');
  });

  test('Move to… comes from below and moves the card', async ({ page }) => {
    await openBoard(page);
    const first = (await names(column(page, ASKED)))[0];

    await column(page, ASKED).getByRole('button', { name: `Move ${first} to…` }).tap();
    await page.getByRole('dialog', { name: `Move ${first} to…` }).getByRole('button', { name: QUOTED }).tap();

    await expect(toast(page)).toContainText(`${first} moved to ${QUOTED}`);
    await expect(column(page, QUOTED)).toContainText(first);
    await page.getByRole('button', { name: 'Undo' }).tap();
    await expect(column(page, ASKED)).toContainText(first);
  });
});

for (const locale of LOCALES) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });

      test('axe finds nothing serious on the board and in a deal', async ({ page }) => {
        await openBoard(page);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);

        await page.locator('[data-card]').first().click();
        await expect(page.getByRole('dialog').getByRole('heading').first()).toBeVisible();
        await expectAccessible(page);
      });
    });
  }
}
