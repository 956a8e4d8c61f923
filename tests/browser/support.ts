// What every journey starts from: a server with fresh data for each file of tests, people who
// sign in, and the rule that a page which complains in the console has failed.

import { test as base, expect, type Page } from '@playwright/test';
import axe from 'axe-core';

import { Server } from './server.ts';

export { expect };

/** Both languages, to write a journey once and walk it in each. */
export const LOCALES = ['zh-CN', 'en'] as const;

export interface Person {
  email: string;
  password: string;
}

/** People of the demo company, which every fresh server begins with. */
export const DEMO = {
  admin: demo('admin'),
  lead: demo('lead'),
  rep: demo('rep'),
  auditor: demo('auditor'),
  agent: demo('agent'),
} satisfies Record<string, Person>;

function demo(name: string): Person {
  return { email: `${name}@kith.demo`, password: 'kith-demo-2026' };
}

export interface Kith {
  baseURL: string;
  /** The folder of its database. */
  data: string;
  /** Signs in as this person, in the browser of this page. */
  signIn(page: Page, person: Person): Promise<void>;
}

/** What a page may complain about in this test, because the test provokes it. */
export interface Complaints {
  allow(pattern: RegExp): void;
}

interface Fixtures {
  app: Kith;
  complaints: Complaints;
}

interface WorkerFixtures {
  /** The server of the file that this worker is in. */
  servers: { of(file: string): Promise<Server> };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  servers: [
    async ({}, use) => {
      let current: { file: string; server: Server } | undefined;
      await use({
        async of(file) {
          if (current?.file !== file) {
            await current?.server.stop();
            current = undefined;
            current = { file, server: await Server.start() };
          }
          return current.server;
        },
      });
      await current?.server.stop();
    },
    { scope: 'worker' },
  ],

  app: async ({ servers }, use, testInfo) => {
    const server = await servers.of(testInfo.file);
    const before = server.log.length;
    await use({ baseURL: server.baseURL, data: server.data, signIn });
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server.log', { body: server.log.slice(before), contentType: 'text/plain' });
    }
  },

  baseURL: async ({ app }, use) => {
    await use(app.baseURL);
  },

  complaints: [
    async ({ context }, use) => {
      const allowed: RegExp[] = [];
      const heard: string[] = [];
      context.on('console', (message) => {
        if (message.type() === 'error') heard.push(`${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (error) => heard.push(error.error().stack ?? String(error.error())));
      await use({ allow: (pattern) => allowed.push(pattern) });
      const unexpected = heard.filter((words) => !allowed.some((pattern) => pattern.test(words)));
      expect(unexpected, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
});

/** By the page's own `fetch`, so that the browser keeps the cookies and sends the headers it would send. */
async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-in');
  const status = await page.evaluate(async (body) => {
    const answer = await fetch('/api/auth/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.status;
  }, person);
  expect(status, `sign-in of ${person.email}`).toBeLessThan(300);
}

/** Nothing on the page stands for what is still to come. */
export async function expectSettled(page: Page): Promise<void> {
  await expect(page.locator('.skeleton, [aria-busy=true]')).toHaveCount(0);
}

/** axe finds nothing serious on this page as it is now. */
export async function expectAccessible(page: Page, rules?: string[]): Promise<void> {
  // What still fades in has less contrast than it will have.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((one) => one.finished));
  });
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (rules) => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
      ...(rules && { runOnly: rules }),
    });
    return found.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  }, rules);
  expect(violations, 'what axe finds').toEqual([]);
}

/** No part of the page is wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(excess, 'pixels beyond the window').toBeLessThanOrEqual(0);
}
