// Opens pages in a real Chromium, takes pictures and lets axe-core judge them. Reads one JSON object from stdin:
// {chromium, folder, user, pages: [{name, url}], views: [{name, width, dark, judge}]}; prints one JSON object for each sight.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.argv[2]);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const order = JSON.parse(readFileSync(0, "utf8"));

const browser = await chromium.launch({
  executablePath: order.chromium,
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  for (const view of order.views) {
    const context = await browser.newContext({
      viewport: { width: view.width, height: 900 },
      colorScheme: view.dark ? "dark" : "light",
      reducedMotion: "reduce",
      httpCredentials: order.user ?? undefined,
    });
    for (const page of order.pages) await see(context, page, view);
    await context.close();
  }
} finally {
  await browser.close();
}

// DevTools evaluates axe outside of the page's own policy, which forbids every script
async function judge(page) {
  await page.evaluate(axe);
  const judged = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return judged.violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.slice(0, 3).map((node) => node.html) }));
}

async function see(context, { name, url }, view) {
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => { complaints.push("a dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => requests.push(request.url()));
  const response = await page.goto(url, { waitUntil: "load" });
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const scripts = await page.evaluate(() => document.scripts.length);
  await page.screenshot({ path: `${order.folder}/${name}-${view.name}.png`, fullPage: true });
  const violations = view.judge ? await judge(page) : [];
  const status = response ? response.status() : 0;
  console.log(JSON.stringify({ name, view: view.name, status, overflow, scripts, complaints, requests, violations }));
  await page.close();
}
