// Every page in both languages and both themes: axe finds nothing serious, and nothing is wider than the window.

import type { Page } from '@playwright/test';

import { DEMO, LOCALES, expect, expectAccessible, expectNoSidewaysScroll, expectSettled, test } from './support.ts';

/** What opens on a page, when the page is not all there is to see. */
type Open = (page: Page) => Promise<void>;

const FILE = { name: 'some.csv', mimeType: 'text/csv', buffer: Buffer.from('name,employees,founded_on\nA,12,03/04/2011\nB,a dozen,05/06/2012\n') };

const card: Open = (page) => page.locator('[data-card]').first().click();
const record: Open = (page) => page.locator('.row-name, .record-card-link').first().click();
const ticket: Open = async (page) => {
  await page.locator('.inbox-row').first().click();
  await expect(page.locator('.message').first()).toBeVisible();
};
const past: Open = async (page) => {
  await page.locator('.reader [aria-haspopup=menu]').click();
  await page.getByRole('menuitem').first().click();
  await expect(page.locator('.versions > li').first()).toBeVisible();
};
const tab = (at: number): Open => (page) => page.getByRole('tab').nth(at).click();
const file: Open = async (page) => {
  await page.locator('input[type=file]').setInputFiles(FILE);
  await expect(page.getByText('founded_on').first()).toBeVisible();
};

const PAGES: [string, Open?][] = [
  ['/opportunities'],
  ['/opportunities', card],
  ['/opportunities?lanes=owner_id'],
  ['/opportunities?layout=table'],
  ['/opportunities?new='],
  ['/opportunities?since=2020-01-01'],
  ['/opportunities?search=nothing-has-this-name'],
  ['/accounts'],
  ['/accounts', record],
  ['/accounts?new='],
  ['/accounts?filter=all(level.is.A,owner_id.is.@me)'],
  ['/accounts?search=nothing-has-this-name'],
  ['/contacts'],
  ['/contacts', record],
  ['/contacts?new='],
  ['/tickets'],
  ['/tickets?box=open', ticket],
  ['/tickets?new='],
  ['/tickets?layout=table'],
  ['/tickets?box=open&search=nothing-has-this-name'],
  ['/knowledge'],
  ['/knowledge?search=发票'],
  ['/knowledge/probe-offline'],
  ['/knowledge?new='],
  ['/knowledge/gaps'],
  ['/knowledge/synonyms'],
  ['/knowledge/health?show=all'],
  ['/knowledge/probe-offline', past],
  ['/products'],
  ['/products?new='],
  ['/imports'],
  ['/imports/new'],
  ['/imports/new', file],
  ['/admin/pipelines'],
  ['/admin/team'],
  ['/admin/team', tab(1)],
  ['/admin/team', tab(2)],
  ['/admin/service'],
  ['/admin/service', tab(1)],
  ['/admin/service', tab(3)],
  ['/admin/service', tab(5)],
  ['/admin/service', tab(6)],
  ['/settings'],
  ['/nowhere'],
  ['/opportunities', (page) => page.keyboard.press('ControlOrMeta+k')],
  ['/opportunities', (page) => page.keyboard.press('?')],
];

for (const locale of LOCALES) {
  test.describe(locale, () => {
    test.use({ locale });

    test('every page is readable to all', async ({ app, isMobile, page }) => {
      test.setTimeout(180_000);
      if (isMobile) await page.setViewportSize({ width: 360, height: 740 });
      // Another theme has other colours and all else alike, and colours do not depend on the size.
      const themes = isMobile ? ['light'] : ['light', 'dark'];
      await page.goto('/sign-in');
      await readable(page, '/sign-in', themes);
      await app.signIn(page, DEMO.admin);
      for (const [address, open] of PAGES) {
        await page.goto(address);
        await expect(page.getByRole('heading').first()).toBeVisible();
        if (open) await open(page);
        await expectSettled(page);
        await readable(page, `${address} ${open ?? ''}`, themes);
      }
    });
  });
}

async function readable(page: Page, what: string, themes: readonly string[]): Promise<void> {
  await test.step(what, async () => {
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    if (themes.includes('dark')) {
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectAccessible(page, ['color-contrast']);
      await page.emulateMedia({ colorScheme: 'light' });
    }
  });
}
