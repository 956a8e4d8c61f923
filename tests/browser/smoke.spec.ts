import { LOCALES, expect, expectAccessible, expectNoSidewaysScroll, test } from './support.ts';

for (const locale of LOCALES) {
  test.describe(locale, () => {
    test.use({ locale });

    test('a stranger is shown the way in', async ({ page }) => {
      const answer = await page.goto('/');

      expect(answer?.ok()).toBe(true);
      await expect(page.locator('html')).toHaveAttribute('lang', locale);
      await expect(page.getByRole('textbox').first()).toBeVisible();
      await expect(page.getByRole('button').first()).toBeVisible();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  });
}

test('the built app starts under its own content policy', async ({ page }) => {
  const answer = await page.request.get('/app');

  expect(answer.headers()['content-security-policy']).toContain("'wasm-unsafe-eval'");
});
