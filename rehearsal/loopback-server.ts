import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on a free loopback port. */
export class LoopbackServer {
  private server: Server | undefined;

  constructor(private readonly answer: RequestListener) {}

  /** Begins to listen; 0: on any free port. The URL holds an IP address, so that S3 clients address path-style. */
  async listen(port = 0): Promise<string> {
    const server = createServer(this.answer);
    // Never the first to close an idle connection: a client that reuses it at that moment would see a broken call.
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Stops listening and breaks what is still open. */
  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
