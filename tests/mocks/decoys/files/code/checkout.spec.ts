import { test } from '@playwright/test';

test('checkout', async ({ page }) => {
  await page.route('**/orders/7', route => route.fulfill({ json: { id: 7 } }));
});
