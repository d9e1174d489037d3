import type { ServerResponse } from 'node:http'
import { receiver, type ReceivedCall } from '../webhook/receiver.js'

/** What a vendor's server says of a call: a status and a body, or what it does with the connection. */
export type VendorSays = readonly [status: number, body: unknown] | ((call: ReceivedCall, response: ServerResponse) => void)

/** A server that speaks siteverify as vendors do; what it says may be changed while it runs. */
export async function vendorServer(says: VendorSays) {
  let present = says
  const server = await receiver((call, response) => {
    if (typeof present === 'function') return present(call, response)
    const [status, body] = present
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  return {
    ...server,
    says(next: VendorSays) {
      present = next
    },
  }
}

/** The form of a call. */
export const formOf = ({ body }: ReceivedCall) => Object.fromEntries(new URLSearchParams(body))
