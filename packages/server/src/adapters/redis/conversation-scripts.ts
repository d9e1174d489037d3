import { GROUP } from './outbox-scripts.js'
import type { ScriptSource } from './script.js'

/*
 * What the scripts need to know of a record stands in `record.ts`; offsets count from 1 here. A script reads what it decides by into locals: a
 * table of all members costs Redis as much as the rest of a script. Source: Redis documentation, Lua API, `struct`.
 */

const CLOCK = `
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`

/** The record and when its lease ends, if the fence is still that of the last claim, and it was not released. */
const HELD = `
local function held(key, fence)
  local raw = redis.call('GET', key)
  if not raw then return nil end
  local format, _, _, last, _, lease = struct.unpack('>BBI4I4I4I8', raw)
  if format ~= 1 then error('a conversation has a format of another version') end
  if last ~= tonumber(fence) or lease == 0 then return nil end
  return raw, lease
end
`

const SET_LEASE = `
local function setLease(key, lease)
  redis.call('SETRANGE', key, 14, struct.pack('>I8', lease))
end
`

/** A record as it came, with its times. */
const TIMED = `
local function timed(record, lease, window)
  return string.sub(record, 1, 14) .. struct.pack('>I8I8', lease, window) .. string.sub(record, 31)
end
`

const OWE = `
local function owe(conversation, from)
  local dutiesFrom = from + 1 + 2 * ARGV[from]
  for i = from + 1, #ARGV, 2 do
    redis.call('XADD', i < dutiesFrom and KEYS[2] or KEYS[3], '*', 'k', 'm', 'c', conversation, 'i', ARGV[i], 'b', ARGV[i + 1])
  end
end
`

/** Owes a look at a marked conversation, once its lease has ended. */
const OWE_LOOK = `
local function oweLook(conversation, lease)
  return redis.call('XADD', KEYS[2], '*', 'k', 'r', 'c', conversation, 'd', string.format('%.0f', lease))
end
`

/**
 * KEYS conversation, outbox of messages, outbox of duties; in place of an outbox that gets nothing any key. ARGV id, record, expiresAt, retryWindowMs, mark or nothing,
 * leaseMs and keptMs of it, number of messages, then pairs of item id and item: the messages and then the duties. With a mark the id of its `resolve` item comes last.
 */
export const CREATE: ScriptSource = {
  name: 'rekeyCreate',
  lua: `${CLOCK}${TIMED}${OWE}${OWE_LOOK}
local now, record, endsAt, lease = clock(), ARGV[2], ARGV[3], 0
local isMarked = ARGV[5] ~= ''
if isMarked then
  lease = now + ARGV[6]
  endsAt = string.format('%.0f', math.max(tonumber(endsAt), lease + ARGV[7]))
  record = record .. struct.pack('>I4', 1) .. ARGV[5]
end
if not redis.call('SET', KEYS[1], timed(record, lease, now + ARGV[4]), 'PXAT', endsAt, 'NX') then return { 'exists' } end
owe(ARGV[1], 8)
return { 'created', now, isMarked and oweLook(ARGV[1], lease) or nil }
`,
}

/** KEYS conversation. ARGV version or -1, short digest or nothing, leaseMs. What is replayed or claimed comes with the time and the record as it was. */
export const CLAIM: ScriptSource = {
  name: 'rekeyClaim',
  lua: `${CLOCK}
local raw = redis.call('GET', KEYS[1])
if not raw then return { 'unknown' } end
local format, ended, version, fence, sealed, lease, window, count = struct.unpack('>BBI4I4I4I8I8B', raw)
if format ~= 1 then error('a conversation has a format of another version') end
local now, stated, digest = clock(), tonumber(ARGV[1]), ARGV[2]
if stated > version then return { 'spent', ended } end
if digest ~= '' and now < window then
  for at = 36, 20 + 16 * count, 16 do
    if string.sub(raw, at, at + 15) == digest then return { 'replayed', now, raw } end
  end
end
if stated >= 0 and (stated < version or ended == 1) then return { 'spent', ended } end
if lease > now then return { 'busy', lease - now } end
redis.call('SETRANGE', KEYS[1], 6, struct.pack('>I4I4I8', fence + 1, sealed, now + ARGV[3]))
return { 'claimed', now, raw }
`,
}

/** KEYS conversation. ARGV fence, leaseMs. */
export const RENEW: ScriptSource = {
  name: 'rekeyRenew',
  lua: `${CLOCK}${HELD}${SET_LEASE}
if not held(KEYS[1], ARGV[1]) then return 0 end
setLease(KEYS[1], clock() + ARGV[2])
return 1
`,
}

/** KEYS conversation. ARGV fence. */
export const RELEASE: ScriptSource = {
  name: 'rekeyRelease',
  lua: `${HELD}${SET_LEASE}
if not held(KEYS[1], ARGV[1]) then return 0 end
setLease(KEYS[1], 0)
return 1
`,
}

/** KEYS conversation, outbox. ARGV fence, mark, leaseMs, id, keptMs. Answers the id of the `resolve` item in the outbox, or nothing. */
export const MARK: ScriptSource = {
  name: 'rekeyMark',
  lua: `${CLOCK}${HELD}${OWE_LOOK}
local raw = held(KEYS[1], ARGV[1])
if not raw then return false end
local now = clock()
local lease = now + ARGV[3]
local count, length = struct.unpack('>BI4', raw, 31)
local record = string.sub(raw, 1, 14) .. struct.pack('>I8', lease) .. string.sub(raw, 23, 35 + 16 * count + length)
local endsAt = math.max(now + redis.call('PTTL', KEYS[1]), lease + ARGV[5])
redis.call('SET', KEYS[1], record .. struct.pack('>I4', ARGV[1]) .. ARGV[2], 'PXAT', string.format('%.0f', endsAt))
return oweLook(ARGV[4], lease)
`,
}

/**
 * KEYS as for a new one. ARGV id, record, expiresAt, fence, retryWindowMs, release, id of a `resolve` item in the outbox of messages that is not needed
 * any more, or nothing, number of messages, then pairs of item id and item: the messages and then the duties.
 */
export const COMMIT: ScriptSource = {
  name: 'rekeyCommit',
  lua: `${CLOCK}${HELD}${TIMED}${OWE}
local raw, lease = held(KEYS[1], ARGV[4])
if not raw then return 0 end
redis.call('SET', KEYS[1], timed(ARGV[2], ARGV[6] == '1' and 0 or lease, clock() + ARGV[5]), 'PXAT', ARGV[3])
if ARGV[7] ~= '' then
  redis.call('XACK', KEYS[2], '${GROUP}', ARGV[7])
  redis.call('XDEL', KEYS[2], ARGV[7])
end
owe(ARGV[1], 8)
return 1
`,
}

/** KEYS conversation. Answers the time and the record, or nothing. */
export const LOOK: ScriptSource = {
  name: 'rekeyLook',
  lua: `${CLOCK}
local raw = redis.call('GET', KEYS[1])
if not raw then return {} end
return { clock(), raw }
`,
}
