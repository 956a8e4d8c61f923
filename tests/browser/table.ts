// Tables of records, as the journeys find their rows and cells.

import { type Locator, type Page, expect } from '@playwright/test';

export const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
export const names = (page: Page) => page.locator('tbody .row-name').allTextContents();
export const chips = (page: Page) => page.locator('[data-chip]').allInnerTexts();
export const panel = (page: Page) => page.locator('dialog.panel');

/** The cell of a row under a column. */
export async function cell(page: Page, name: string, column: string): Promise<Locator> {
  const head = page.getByRole('columnheader');
  await expect(head.filter({ hasText: column })).toHaveCount(1);
  const heads = await head.allInnerTexts();
  return row(page, name).getByRole('gridcell').nth(heads.findIndex((head) => head.trim() === column));
}

export async function openAccounts(page: Page, query = ''): Promise<void> {
  await page.goto(`/accounts${query}`);
  await expect(page.locator('.row-name, .record-card').first()).toBeVisible();
}

/** Types into a cell what it shall hold. */
export async function edit(page: Page, at: Locator, text: string): Promise<void> {
  await at.dblclick();
  await at.getByRole('textbox').fill(text);
  await page.keyboard.press('Enter');
}
