import type { StrayFault } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { refuseAdvance } from './problems.js'

const NOT_FOUND = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Not found</title></head>
<body><h1>Not found</h1><p>There is nothing at this address.</p></body>
</html>
`

/** Answers what no route takes with a page, as the service does, and faults of the server with an envelope. Source: notes on the live service. */
export function answerStray(request: WireRequest, fault: StrayFault): WireResponse {
  switch (fault) {
    case 'fault':
      return refuseAdvance({ code: 'unavailable' }, request)
    case 'no-route':
    case 'bad-method':
    case 'bad-path':
      return {
        status: 404,
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'" },
        body: NOT_FOUND,
      }
  }
}
