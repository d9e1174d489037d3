import { wireServer, type WireOptions, type WireServer } from './server.js'

/** Runs work against a server of its own. All that it told others is with them afterwards. */
export async function serving<T>(options: WireOptions, act: (server: WireServer) => Promise<T>): Promise<T> {
  const server = await wireServer(options)
  try {
    return await act(server)
  } finally {
    await server.close()
  }
}
