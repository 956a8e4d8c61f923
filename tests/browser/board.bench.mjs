// The app under a stopwatch: how soon the board can be worked, how a drag feels, how soon a search answers.
// Prints one line of JSON. Called by `cargo xtask bench` with the address of a server whose board is full.

import { chromium } from '@playwright/test';

const [baseURL] = process.argv.slice(2);
const ROUNDS = 3;
const WORDS = ['nova yy', 'vertex wl', 'harbor kj', 'zw'];

const browser = await chromium.launch({
  executablePath: process.env.KITH_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--enable-precise-memory-info'],
});
try {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push({ ...(await visit()), ...(await slowVisit()) });
  const figures = {};
  for (const name of Object.keys(rounds[0])) {
    figures[name] = rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  }
  console.log(JSON.stringify(figures));
} finally {
  await browser.close();
}

/** A signed-in page with an empty cache. */
async function enter() {
  const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 }, locale: 'en' });
  await context.request.post('/api/auth/sign-in', {
    data: { email: 'admin@kith.demo', password: 'kith-demo-2026' },
    headers: { Origin: baseURL },
  });
  const page = await context.newPage();
  await page.addInitScript(watch);
  return { context, page, cdp: await context.newCDPSession(page) };
}

/** The first card that takes a key is the moment from which the board can be worked. */
async function openBoard(page) {
  await page.goto('/opportunities');
  await page.locator('[data-card]').first().waitFor();
  await page.locator('[data-card]').first().focus();
  return page.evaluate(() => performance.now());
}

/** On a processor a quarter as quick, as in a cheap phone. */
async function slowVisit() {
  const { context, page, cdp } = await enter();
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const slow_interactive = await openBoard(page);
  await context.close();
  return { slow_interactive };
}

async function visit() {
  const { context, page, cdp } = await enter();
  const interactive = await openBoard(page);
  // What is largest is known once nothing more comes, and before anything is pressed.
  await page.waitForTimeout(3_000);
  const lcp = await page.evaluate(() => globalThis.kithLargest);
  const navigation = await pageTurn(page);
  const inp = await dragOnce(page);
  const frames = await page.evaluate(() => globalThis.kithFrames.slice().sort((a, b) => a - b));
  const dom = await page.evaluate(() => document.querySelectorAll('*').length);
  await cdp.send('HeapProfiler.collectGarbage');
  const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
  const wasm = await page.evaluate(() => globalThis.wasmBindings?.default?.memory?.buffer.byteLength ?? globalThis.kithWasm());
  const shift = await page.evaluate(() => globalThis.kithShift);
  const key = await searching(page);
  const { record, back } = await recordTurn(page);
  await context.close();
  return {
    interactive,
    lcp,
    navigation,
    key,
    record,
    back,
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

/** Types into the palette, key by key: the p95 of the milliseconds from a key to the frame with its results. */
async function searching(page) {
  await page.keyboard.press('ControlOrMeta+k');
  const input = page.locator('.palette input');
  await input.waitFor();
  const times = [];
  for (const word of WORDS) {
    await input.fill('');
    await page.waitForTimeout(300);
    for (const key of word) {
      // A blank asks for nothing new.
      if (key === ' ') await page.keyboard.press('Space');
      else times.push(await answered(page, key));
      await page.waitForTimeout(100);
    }
    if ((await page.locator('.palette [role=option] .hint').count()) === 0) throw new Error(`nothing is found for ${word}`);
  }
  await page.keyboard.press('Escape');
  return percentile(times, 0.95);
}

async function answered(page, key) {
  await page.evaluate(() => globalThis.kithArm());
  await page.keyboard.press(key);
  return page.evaluate(() => globalThis.kithAnswer);
}

/** From the list to a record and from its page back, in an app that has shown both: the middle one of five. */
async function recordTurn(page) {
  await page.locator('nav a[href="/accounts"]').first().click();
  const times = { record: [], back: [] };
  // The first turn fetches the record's part of the app.
  for (let turn = 0; turn <= 5; turn += 1) {
    await page.locator('tbody tr[data-row] a.row-name').nth(turn).waitFor();
    const record = await page.evaluate(
      (turn) => globalThis.kithUntil(() => [...document.querySelectorAll('tbody tr[data-row] a.row-name')][turn].click(), '.record-head'),
      turn,
    );
    await page.locator('.record-head').waitFor();
    await page.waitForTimeout(400);
    await page.locator('a[href^="/accounts/"].icon-btn').click();
    await page.locator('.record-main').waitFor();
    await page.waitForTimeout(400);
    const back = await page.evaluate(() => globalThis.kithUntil(() => history.back(), 'tbody tr[data-row]'));
    await page.waitForTimeout(400);
    // Beside the list the record is still open.
    await page.keyboard.press('Escape');
    await page.locator('.record-head').waitFor({ state: 'detached' });
    if (turn > 0) {
      times.record.push(record);
      times.back.push(back);
    }
  }
  return { record: percentile(times.record, 0.5), back: percentile(times.back, 0.5) };
}

function percentile(times, share) {
  return times.sort((a, b) => a - b)[Math.ceil(times.length * share) - 1];
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
  // Until something is there, in milliseconds from what brings it.
  globalThis.kithUntil = (begin, selector) =>
    new Promise((done) => {
      const start = performance.now();
      begin();
      const look = () => {
        if (document.querySelector(selector)) done(performance.now() - start);
        else requestAnimationFrame(look);
      };
      look();
    });
  // The palette's spinner hides with the answer, which stands in the frame that follows.
  // A key's time ends with the frame after the answer to the last question it led to.
  let asked = 0;
  const fetched = globalThis.fetch;
  globalThis.fetch = async (...given) => {
    const isSearch = String(given[0]?.url ?? given[0]).includes('/api/search');
    if (isSearch) asked += 1;
    const answer = await fetched(...given);
    if (isSearch && --asked === 0) requestAnimationFrame(() => requestAnimationFrame(() => globalThis.kithFound?.()));
    return answer;
  };
  globalThis.kithArm = () => {
    globalThis.kithAnswer = new Promise((done, fail) => {
      let start = 0;
      addEventListener('keydown', (event) => (start = event.timeStamp), { capture: true, once: true });
      const late = setTimeout(() => fail(new Error('a key led to no question')), 3_000);
      globalThis.kithFound = () => {
        // An answer from before the key is not the key's.
        if (start === 0) return;
        clearTimeout(late);
        done(performance.now() - start);
      };
    });
  };
  globalThis.kithLargest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.kithLargest = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId) globalThis.kithEvents.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.kithShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}
