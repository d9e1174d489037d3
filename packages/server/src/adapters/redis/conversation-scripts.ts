import { GROUP } from './outbox-scripts.js'
import type { ScriptSource } from './script.js'

/**
 * A conversation is one Redis string: a header in clear, for these scripts, then the short digests of the kept replies, the sealed
 * content and, while a change is marked, the fence it was marked under and the sealed mark.
 *
 * | offset | bytes | |
 * | --- | --- | --- |
 * | 0 | 1 | format, 1 |
 * | 1 | 1 | 1 when the conversation has ended |
 * | 2 | 4 | version |
 * | 6 | 4 | fence |
 * | 10 | 4 | fence that the content was sealed under |
 * | 14 | 8 | when the lease ends, 0 when nobody holds it |
 * | 22 | 8 | until when the replies are kept |
 * | 30 | 1 | number of replies |
 * | 31 | 4 | length of the sealed content |
 *
 * Times are milliseconds since the epoch by the server's clock. The content is bound to version and fence, so a changed header makes it
 * unreadable. Source: Redis documentation, Lua API, `struct`.
 */
const RECORD = `
local HEAD, HEAD_BYTES, DIGEST_BYTES = '>BBI4I4I4I8I8BI4', 35, 16

local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function read(key)
  local raw = redis.call('GET', key)
  if not raw then return nil end
  local r = { raw = raw }
  local format
  format, r.ended, r.version, r.fence, r.sealed, r.lease, r.window, r.count, r.length = struct.unpack(HEAD, raw)
  if format ~= 1 then error('a conversation has a format of another version') end
  r.content = HEAD_BYTES + DIGEST_BYTES * r.count
  r.past = r.content + r.length
  return r
end

local function content(r)
  return string.sub(r.raw, r.content + 1, r.past)
end

local function hasReply(r, digest)
  for i = 0, r.count - 1 do
    local at = HEAD_BYTES + DIGEST_BYTES * i
    if string.sub(r.raw, at + 1, at + DIGEST_BYTES) == digest then return true end
  end
  return false
end

local function held(key, fence)
  local r = read(key)
  if r and r.fence == tonumber(fence) and r.lease > 0 then return r end
  return nil
end

local function setLease(key, fence, sealed, lease)
  redis.call('SETRANGE', key, 6, struct.pack('>I4I4I8', fence, sealed, lease))
end

local function write(key, ended, version, fence, lease, window, digests, sealed, expiresAt)
  local head = struct.pack(HEAD, 1, ended, version, fence, fence, lease, window, #digests / DIGEST_BYTES, #sealed)
  redis.call('SET', key, head .. digests .. sealed, 'PXAT', expiresAt)
end

local function owe(conversation, from)
  local dutiesFrom = from + 1 + 2 * ARGV[from]
  for i = from + 1, #ARGV, 2 do
    redis.call('XADD', i < dutiesFrom and KEYS[2] or KEYS[3], '*', 'k', 'm', 'c', conversation, 'i', ARGV[i], 'b', ARGV[i + 1])
  end
end
`

const script = (name: string, lua: string): ScriptSource => ({ name, lua: RECORD + lua })

/**
 * KEYS conversation, outbox of messages, outbox of duties; in place of an outbox that gets nothing any key. ARGV id, content, expiresAt, ended, holdMs or -1, retryWindowMs, version, digests, number
 * of messages, then pairs of item id and item: the messages and then the duties.
 */
export const CREATE = script(
  'rekeyCreate',
  `
if redis.call('EXISTS', KEYS[1]) == 1 then return { 'exists' } end
local now, hold = clock(), tonumber(ARGV[5])
write(KEYS[1], ARGV[4], ARGV[7], 1, hold >= 0 and now + hold or 0, now + ARGV[6], ARGV[8], ARGV[2], ARGV[3])
owe(ARGV[1], 9)
return { 'created', now }
`,
)

/** KEYS conversation. ARGV version or -1, short digest or nothing, leaseMs. */
export const CLAIM = script(
  'rekeyClaim',
  `
local r = read(KEYS[1])
if not r then return { 'unknown' } end
local now, version = clock(), tonumber(ARGV[1])
if version > r.version then return { 'spent', r.ended } end
local kept = now < r.window
if kept and ARGV[2] ~= '' and hasReply(r, ARGV[2]) then
  return { 'replayed', r.version, r.ended, now, r.sealed, content(r) }
end
if version >= 0 and (version < r.version or r.ended == 1) then return { 'spent', r.ended } end
if r.lease > now then return { 'busy', r.lease - now } end
local fence = r.fence + 1
setLease(KEYS[1], fence, r.sealed, now + ARGV[3])
local answer = { 'claimed', r.version, r.ended, now, r.sealed, content(r), fence, kept and 1 or 0 }
if #r.raw > r.past then
  answer[9] = struct.unpack('>I4', r.raw, r.past + 1)
  answer[10] = string.sub(r.raw, r.past + 5)
end
return answer
`,
)

/** KEYS conversation. ARGV fence, leaseMs. */
export const RENEW = script(
  'rekeyRenew',
  `
local r = held(KEYS[1], ARGV[1])
if not r then return 0 end
setLease(KEYS[1], r.fence, r.sealed, clock() + ARGV[2])
return 1
`,
)

/** KEYS conversation. ARGV fence. */
export const RELEASE = script(
  'rekeyRelease',
  `
local r = held(KEYS[1], ARGV[1])
if not r then return 0 end
setLease(KEYS[1], r.fence, r.sealed, 0)
return 1
`,
)

/** KEYS conversation, outbox. ARGV fence, mark, leaseMs, id, keptMs. Answers the id of the `resolve` item in the outbox, or nothing. */
export const MARK = script(
  'rekeyMark',
  `
local r = held(KEYS[1], ARGV[1])
if not r then return false end
local lease = clock() + ARGV[3]
redis.call('SET', KEYS[1], string.sub(r.raw, 1, r.past) .. struct.pack('>I4', r.fence) .. ARGV[2], 'KEEPTTL')
setLease(KEYS[1], r.fence, r.sealed, lease)
local kept = ARGV[3] + ARGV[5]
if redis.call('PTTL', KEYS[1]) < kept then redis.call('PEXPIRE', KEYS[1], kept) end
return redis.call('XADD', KEYS[2], '*', 'k', 'r', 'c', ARGV[4], 'd', string.format('%.0f', lease))
`,
)

/**
 * KEYS as above. ARGV id, content, expiresAt, ended, fence, retryWindowMs, version, digests, release, id of a `resolve` item in the outbox of messages
 * that is not needed any more, or nothing, number of messages, then pairs of item id and item: the messages and then the duties.
 */
export const COMMIT = script(
  'rekeyCommit',
  `
local r = held(KEYS[1], ARGV[5])
if not r then return 0 end
local lease = ARGV[9] == '1' and 0 or r.lease
write(KEYS[1], ARGV[4], ARGV[7], r.fence, lease, clock() + ARGV[6], ARGV[8], ARGV[2], ARGV[3])
if ARGV[10] ~= '' then
  redis.call('XACK', KEYS[2], '${GROUP}', ARGV[10])
  redis.call('XDEL', KEYS[2], ARGV[10])
end
owe(ARGV[1], 11)
return 1
`,
)

/** KEYS conversation. */
export const LOOK = script(
  'rekeyLook',
  `
local r = read(KEYS[1])
if not r then return {} end
return { r.version, r.ended, clock(), r.sealed, content(r) }
`,
)
