// The board under a stopwatch: how soon it can be worked, and how a drag feels.
// Prints one line of JSON. Called by `cargo xtask bench` with the address of a server whose board is full.

import { chromium } from '@playwright/test';

const [baseURL] = process.argv.slice(2);
const ROUNDS = 3;

const browser = await chromium.launch({
  executablePath: process.env.KITH_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--enable-precise-memory-info'],
});
try {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await visit());
  const figures = {};
  for (const name of Object.keys(rounds[0])) {
    figures[name] = rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  }
  console.log(JSON.stringify(figures));
} finally {
  await browser.close();
}

/** One visit with an empty cache. */
async function visit() {
  const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 }, locale: 'en' });
  await context.request.post('/api/auth/sign-in', {
    data: { email: 'admin@kith.demo', password: 'kith-demo-2026' },
    headers: { Origin: baseURL },
  });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto('/opportunities');
  await page.locator('[data-card]').first().waitFor();
  // The first card that takes a key is the moment from which the board can be worked.
  await page.locator('[data-card]').first().focus();
  const interactive = await page.evaluate(() => performance.now());
  const navigation = await pageTurn(page);
  const inp = await dragOnce(page);
  const frames = await page.evaluate(() => globalThis.kithFrames.slice().sort((a, b) => a - b));
  const dom = await page.evaluate(() => document.querySelectorAll('*').length);
  const cdp = await context.newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
  const wasm = await page.evaluate(() => globalThis.wasmBindings?.default?.memory?.buffer.byteLength ?? globalThis.kithWasm());
  const shift = await page.evaluate(() => globalThis.kithShift);
  await context.close();
  return {
    interactive,
    navigation,
    inp,
    frame_p95: frames[Math.floor(frames.length * 0.95)] ?? 0,
    frame_max: frames.at(-1) ?? 0,
    dom,
    memory: (heap + wasm) / 1e6,
    shift,
  };
}

/** To a list and back, in an app that has been used: milliseconds until the board has its cards again. */
async function pageTurn(page) {
  await page.waitForTimeout(3_000);
  await page.locator('nav a[href="/accounts"]').first().click();
  await page.locator('tbody tr[data-row], tbody tr').nth(5).waitFor();
  return page.evaluate(
    () =>
      new Promise((done) => {
        const start = performance.now();
        document.querySelector('nav a[href="/opportunities"]').click();
        const look = () => {
          if (document.querySelector('[data-card]')) done(performance.now() - start);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** Carries a card over the columns and back; the slowest answer to a press, a move or a drop. */
async function dragOnce(page) {
  await page.waitForTimeout(500);
  const cards = page.locator('[data-card]');
  const from = await cards.first().boundingBox();
  const y = from.y + from.height / 2;
  await page.mouse.move(from.x + 60, y);
  await page.mouse.down();
  await page.mouse.move(from.x + 80, y + 10, { steps: 4 });
  await page.evaluate(() => globalThis.kithRecord(true));
  for (let turn = 0; turn < 3; turn += 1) {
    await page.mouse.move(from.x + 700, y + 120, { steps: 40 });
    await page.mouse.move(from.x + 320, y + 40, { steps: 40 });
  }
  await page.evaluate(() => globalThis.kithRecord(false));
  await page.mouse.up();
  await page.waitForTimeout(600);
  await cards.nth(1).click();
  await page.waitForTimeout(600);
  return page.evaluate(() => Math.max(...globalThis.kithEvents, 0));
}

/** Runs in the page, before the app. */
function watch() {
  globalThis.kithFrames = [];
  globalThis.kithEvents = [];
  globalThis.kithShift = 0;
  let recording = false;
  let last = 0;
  const tick = (now) => {
    if (recording && last) globalThis.kithFrames.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  globalThis.kithRecord = (on) => {
    recording = on;
  };
  const instances = [];
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const made = await original.apply(WebAssembly, args);
      instances.push(made.instance ?? made);
      return made;
    };
  }
  globalThis.kithWasm = () => Math.max(0, ...instances.map((one) => one.exports.memory?.buffer.byteLength ?? 0));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId) globalThis.kithEvents.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.kithShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}
