import { DEMO, LOCALES, expect, expectAccessible, expectNoSidewaysScroll, test } from './support.ts';

for (const locale of LOCALES) {
  test.describe(locale, () => {
    test.use({ locale });

    test('the sign-in page speaks the language of the browser', async ({ page }) => {
      await page.goto('/sign-in');

      await expect(page.locator('html')).toHaveAttribute('lang', locale);
      await expect(page.getByRole('textbox').first()).toBeVisible();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });

    test('whoever is signed in is shown the app', async ({ app, page }) => {
      await app.signIn(page, DEMO.rep);

      const answer = await page.goto('/');

      expect(answer?.headers()['content-security-policy']).toContain("'wasm-unsafe-eval'");
      await expect(page.locator('html')).toHaveAttribute('lang', locale);
      await expect(page.getByRole('navigation').first()).toBeVisible();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  });
}

test('a stranger is shown the way in', async ({ page, complaints }) => {
  // The app asks who is there before it knows that nobody is.
  complaints.allow(/status of 401/);

  await page.goto('/');

  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole('textbox').first()).toBeVisible();
});

test('a followed link stands in the address bar, and Back returns', async ({ app, page }) => {
  await app.signIn(page, DEMO.rep);
  await page.goto('/opportunities');
  const places = page.getByRole('navigation').first();

  await places.locator('a[href="/accounts"]').click();
  await expect(page).toHaveURL(/\/accounts$/);
  await places.locator('a[href="/tickets"]').click();
  await expect(page).toHaveURL(/\/tickets$/);
  await page.reload();
  await expect(page.locator('h1')).toContainText('工单');

  await page.goBack();
  await expect(page).toHaveURL(/\/accounts$/);
  await expect(page.locator('h1')).toContainText('客户');
});
