// A server of the tests' own: its own data, its own port, gone at the end.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = process.env.KITH_BIN ?? fileURLToPath(new URL('../../target/debug/kith', import.meta.url));

export class Server {
  private constructor(
    readonly baseURL: string,
    readonly data: string,
    private readonly process: ChildProcess,
    private readonly lines: string[],
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'kith-browser-'));
    const address = `127.0.0.1:${await freePort()}`;
    const baseURL = `http://${address}`;
    const child = spawn(program, ['serve'], {
      env: {
        ...process.env,
        KITH_DATA: data,
        KITH_DATABASE_URL: '',
        KITH_LISTEN: address,
        KITH_PUBLIC_URL: baseURL,
        KITH_WEAK_PASSWORDS: 'true',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    }
    child.on('error', (error) => lines.push(`${program}: ${error.message}\n`));
    const server = new Server(baseURL, data, child, lines);
    await server.untilReady();
    return server;
  }

  /** What it has logged so far. */
  get log(): string {
    return this.lines.join('');
  }

  async stop(): Promise<void> {
    if (this.isRunning) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await ended;
    }
    await rm(this.data, { recursive: true, force: true });
  }

  private get isRunning(): boolean {
    return this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  private async untilReady(): Promise<void> {
    const end = Date.now() + 60_000;
    while (Date.now() < end && this.isRunning) {
      const answer = await fetch(`${this.baseURL}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.stop();
    throw new Error(`the server did not become ready:\n${this.log}`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
