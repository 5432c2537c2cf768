/**
 * Offers `virtual:stretch-factory`: the WebAssembly half of signalsmith-stretch, without its ready-made node.
 *
 * The package registers a processor of its own as soon as it is imported inside an AudioWorklet, which hides the
 * factory that we need there. The two halves are separate functions in one file; this keeps the first.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const NAME = 'virtual:stretch-factory';
const NODE_HALF = 'function registerWorkletProcessor';

export function stretchFactory(): Plugin {
  return {
    name: 'stretch-factory',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? factorySource() : undefined),
  };
}

async function factorySource(): Promise<string> {
  const folder = dirname(createRequire(import.meta.url).resolve('signalsmith-stretch'));
  const source = await readFile(join(folder, 'SignalsmithStretch.mjs'), 'utf8');
  const cut = source.indexOf(NODE_HALF);
  if (cut < 0) throw new Error('signalsmith-stretch has changed its layout: the factory cannot be told from the node.');
  return `${source.slice(0, cut)}\nexport default SignalsmithStretch;`;
}
