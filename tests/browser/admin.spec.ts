// Administration: stages that change the board, a pipeline for a team, people, teams and roles.

import type { Locator, Page } from '@playwright/test';

import { DEMO, expect, expectAccessible, test } from './support.ts';

const dialog = (page: Page) => page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Save' }) });
const section = (page: Page, stage: string): Locator => page.getByRole('region', { name: stage, exact: true });
const stageRow = (page: Page, stage: string) => page.getByRole('row').filter({ has: page.getByRole('button', { name: stage, exact: true }) });

async function openPipelines(page: Page): Promise<void> {
  await page.goto('/admin/pipelines');
  await expect(page.getByRole('button', { name: '需求确认', exact: true })).toBeVisible();
}

async function save(page: Page): Promise<void> {
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toHaveCount(0);
}

test.beforeEach(async ({ app, page }) => {
  await app.signIn(page, DEMO.admin);
});

test.describe('on a desktop', { tag: '@desktop' }, () => {
  test.use({ locale: 'en' });

  test('a new stage stands on the board with its limit, and goes with its deals moved on', async ({ complaints, page }) => {
    complaints.allow(/409/);
    await openPipelines(page);
    await page.getByRole('button', { name: 'New stage' }).first().click();
    await dialog(page).getByLabel('Name').fill('现场试用');
    await dialog(page).getByLabel('Win probability').fill('60');
    await dialog(page).getByLabel('Rots after (days)').fill('5');
    await dialog(page).getByLabel('Deal limit').fill('1');
    await dialog(page).getByRole('combobox', { name: 'Colour' }).fill('Pink');
    await page.getByRole('option', { name: 'Pink' }).click();
    await save(page);
    await expect(stageRow(page, '现场试用')).toContainText('60%');
    await expectAccessible(page);

    await page.goto('/opportunities');
    for (const name of ['试用甲', '试用乙']) {
      await section(page, '现场试用').hover();
      await page.getByRole('button', { name: 'Add a deal to 现场试用' }).click();
      await section(page, '现场试用').getByRole('textbox').first().fill(name);
      await page.keyboard.press('Enter');
      await expect(page.locator('[data-card]').filter({ hasText: name })).toBeVisible();
      await page.keyboard.press('Escape');
    }
    await expect(section(page, '现场试用').getByText('Full')).toBeVisible();

    await openPipelines(page);
    await page.getByRole('button', { name: 'Archive 现场试用' }).click();
    const ask = page.getByRole('dialog', { name: 'Deals stand in this stage' });
    await ask.getByLabel('Move them to').selectOption('需求确认');
    await ask.getByRole('button', { name: 'Move the deals and archive' }).click();
    // While it is open the page behind it is out of reach, for keys too.
    await expect(ask).toBeHidden();
    await expect(page.getByRole('button', { name: '现场试用', exact: true })).toHaveCount(0);

    const undone = page.waitForResponse((answer) => answer.url().endsWith('/undo') && answer.ok());
    await page.keyboard.press('ControlOrMeta+z');
    await expect(page.getByRole('button', { name: '现场试用', exact: true })).toBeVisible();
    await undone;
    await page.goto('/opportunities');
    await expect(section(page, '现场试用').getByRole('link', { name: '2 deals' })).toBeVisible();
  });

  test('what a stage means stays while deals stand in it', async ({ complaints, page }) => {
    complaints.allow(/409/);
    await openPipelines(page);
    await page.getByRole('button', { name: '方案报价', exact: true }).click();
    await dialog(page).getByLabel('Meaning').selectOption({ label: 'Lost' });
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await expect(dialog(page).getByRole('alert')).toHaveText('There are still deals in it. Move them first.');
  });

  test('a team begins with its own pipeline, and a deal changes to it with a stage', async ({ app, browser, page }) => {
    await openPipelines(page);
    await page.getByRole('button', { name: 'New pipeline' }).click();
    await dialog(page).getByLabel('Name').fill('续约');
    await dialog(page).getByRole('combobox', { name: 'Teams' }).fill('华东');
    await page.getByRole('option', { name: /华东销售部/ }).click();
    await save(page);
    const own = page.getByRole('region', { name: '续约' });
    for (const stage of ['待续约', '已续约']) {
      await own.getByRole('button', { name: 'New stage' }).click();
      await dialog(page).getByLabel('Name').fill(stage);
      await save(page);
    }

    const context = await browser.newContext({ baseURL: app.baseURL, locale: 'en' });
    const lead = await context.newPage();
    await app.signIn(lead, DEMO.lead);
    await lead.goto('/opportunities');
    await expect(section(lead, '待续约')).toBeVisible();
    await lead.goto('/opportunities?layout=table');
    const deal = lead.locator('.row-name').first();
    const name = (await deal.textContent()) ?? '';
    await deal.click();
    await lead.locator('dialog.panel').getByText('More about this deal').click();
    const fact = lead.locator('dialog.panel .fact').filter({ hasText: /^Pipeline/ });
    await fact.getByRole('button', { name: 'Edit Pipeline' }).click();
    await fact.getByRole('combobox').fill('续约');
    await lead.getByRole('option', { name: '续约' }).click();
    const ask = lead.getByRole('dialog', { name: `Move ${name} to…` });
    await ask.getByLabel('Stage').selectOption('已续约');
    await ask.getByRole('button', { name: 'Move the deal' }).click();
    await expect(fact).toContainText('续约');
    await lead.goto('/opportunities');
    await expect(section(lead, '已续约').getByRole('link', { name: '1 deal' })).toBeVisible();
    await context.close();
  });

  test('a team, a role and a person are made and found', async ({ page }) => {
    await page.goto('/admin/team?tab=teams');
    await page.getByRole('button', { name: 'New team' }).click();
    await dialog(page).getByLabel('Name').fill('西南销售部');
    await dialog(page).getByLabel('Part of').selectOption({ label: '总部' });
    await save(page);
    await expect(page.getByText('西南销售部').first()).toBeVisible();

    await page.goto('/admin/team?tab=roles');
    await page.getByRole('button', { name: 'New role' }).click();
    await dialog(page).getByLabel('Name').fill('渠道经理');
    await dialog(page).getByLabel('Accounts: See').selectOption({ label: 'Everything' });
    await save(page);
    await expect(page.getByText('渠道经理').first()).toBeVisible();

    await page.goto('/admin/team?tab=people');
    await page.getByRole('button', { name: 'New person' }).click();
    await dialog(page).getByLabel('Name').fill('何苗');
    await dialog(page).getByLabel('E-mail').fill('he.miao@kith.demo');
    await dialog(page).getByLabel('Team').selectOption({ label: '西南销售部' });
    await dialog(page).getByRole('combobox', { name: 'Roles' }).fill('渠道');
    await page.getByRole('option', { name: '渠道经理' }).click();
    await save(page);
    const person = page.getByRole('row').filter({ hasText: '何苗' });
    await expect(person).toContainText('西南销售部');
    await expect(person).toContainText('渠道经理');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(person).toHaveCount(0);
  });
});
