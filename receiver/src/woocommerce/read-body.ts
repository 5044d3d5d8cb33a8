import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** See {@link readBody}. */
export type BodyReading =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly because: 'too_large' | 'broken' | 'timeout' };

/** What {@link readBody} needs. */
export interface BodyToRead {
  readonly body: Readable;
  /** The `Content-Encoding` header. Identity is asked for; some hosts compress all the same. */
  readonly encoding: string | undefined;
  /** Bytes, counted after decompression. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Reads a body whole, as UTF-8 without byte order mark, and stops at `maxBytes`. The stream is used up or destroyed. */
export async function readBody({ body, encoding, maxBytes, signal }: BodyToRead): Promise<BodyReading> {
  const chunks: Buffer[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maxBytes) throw new RangeError('too large');
      chunks.push(chunk);
    }
  };
  try {
    const decoder = decoderFor(encoding);
    if (decoder) await pipeline(body, decoder, collect, { signal });
    else await pipeline(body, collect, { signal });
  } catch {
    if (signal.aborted) return { ok: false, because: 'timeout' };
    return { ok: false, because: size > maxBytes ? 'too_large' : 'broken' };
  }
  // TextDecoder drops the byte order mark that editors leave before "<?php".
  return { ok: true, text: new TextDecoder().decode(Buffer.concat(chunks)) };
}

function decoderFor(encoding: string | undefined) {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return null;
  }
}
