// Plays an archive in a browser: every question on standard input is asked from a page whose network is the archive alone.
// The arguments are playwright-core, the browser and the archive; each answer is printed with its status and type.
const { readFileSync } = require('fs');
const { chromium } = require(process.argv[2]);

(async () => {
    const browser = await chromium.launch({
        executablePath: process.argv[3],
        args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-web-security']
    });
    const page = await (await browser.newContext()).newPage();
    await page.routeFromHAR(process.argv[4], { notFound: 'abort' });
    const told = [];
    for (const question of JSON.parse(readFileSync(0))) {
        told.push(await page.evaluate(async ({ method, url, body, type }) => {
            const headers = type ? { 'Content-Type': type } : {};
            const came = await fetch(url, { method, headers, body: body || undefined });
            return { status: came.status, type: came.headers.get('Content-Type') ?? '', body: await came.text() };
        }, question));
    }
    await browser.close();
    process.stdout.write(JSON.stringify(told));
})();
