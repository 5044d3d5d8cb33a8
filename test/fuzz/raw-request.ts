/** A request as it goes over the wire: nothing in it has to be valid. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly version?: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** `length`, the default, tells the body's true length; `none` tells nothing: the headers or the body itself may. */
  readonly framing?: 'length' | 'none';
}

/** @param last the server may close the connection after its answer */
export function renderRequest(request: RawRequest, last: boolean): Buffer {
  const { method = 'POST', path, version = 'HTTP/1.1', headers, body, framing = 'length' } = request;
  const lines = [
    `${method} ${path} ${version}`,
    'Host: receiver.example',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(framing === 'length' ? [`Content-Length: ${body.length}`] : []),
    ...(last ? ['Connection: close'] : []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}
