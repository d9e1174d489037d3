import type { ScriptSource } from './script.js'

/**
 * The one consumer group, and the one name that all processes use in it: an item is owned by whoever read it last, and how long it has
 * been idle says whether that process still lives. So no list of dead processes builds up in the streams.
 */
export const GROUP = 'rekey'
export const CONSUMER = 'rekey'

/** Fields of a dead letter beside those it was owed with. */
export const FATE = { reason: 'why', deliveries: 'n' } as const

/**
 * Takes over items that nobody has touched for a while. A `resolve` item that is not due was only held, so it counts as not handed out.
 * KEYS outbox. ARGV idleMs, cursor, count. Answers the next cursor, a list of id, delivery, fields, and the time.
 */
export const RECLAIM: ScriptSource = {
  name: 'rekeyOutboxReclaim',
  lua: `
local stream, group, consumer = KEYS[1], '${GROUP}', '${CONSUMER}'
if redis.call('EXISTS', stream) == 0 then return { '0-0', {}, 0 } end
local found = redis.call('XAUTOCLAIM', stream, group, consumer, ARGV[1], ARGV[2], 'COUNT', ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local items = {}
for _, entry in ipairs(found[2]) do
  local id, fields = entry[1], entry[2]
  local delivery = redis.call('XPENDING', stream, group, id, id, 1)[1][4]
  for i = 1, #fields, 2 do
    if fields[i] == 'd' and tonumber(fields[i + 1]) > now then
      delivery = math.max(1, delivery - 1)
      redis.call('XCLAIM', stream, group, consumer, 0, id, 'RETRYCOUNT', delivery, 'JUSTID')
    end
  end
  items[#items + 1] = { id, delivery, fields }
end
return { found[1], items, now }
`,
}

/** Items are done. KEYS the outbox of each. ARGV the id of each. */
export const SETTLE: ScriptSource = {
  name: 'rekeyOutboxSettle',
  lua: `
for i, outbox in ipairs(KEYS) do
  redis.call('XACK', outbox, '${GROUP}', ARGV[i])
  redis.call('XDEL', outbox, ARGV[i])
end
return #KEYS
`,
}

/** Sets an item aside, with what became of it. KEYS outbox, dead. ARGV id, most items kept, milliseconds kept, reason, deliveries. */
export const BURY: ScriptSource = {
  name: 'rekeyOutboxBury',
  lua: `
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if entry then
  local fields = entry[2]
  for _, more in ipairs({ '${FATE.reason}', ARGV[4], '${FATE.deliveries}', ARGV[5] }) do fields[#fields + 1] = more end
  redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[2], '*', unpack(fields))
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
redis.call('XACK', KEYS[1], '${GROUP}', ARGV[1])
return redis.call('XDEL', KEYS[1], ARGV[1])
`,
}

/** Owes a dead letter again. KEYS outbox, dead. ARGV id. Answers 0 when there is none. */
export const RESEND: ScriptSource = {
  name: 'rekeyOutboxResend',
  lua: `
local entry = redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1])[1]
if not entry then return 0 end
local fields = {}
for i = 1, #entry[2], 2 do
  if entry[2][i] ~= '${FATE.reason}' and entry[2][i] ~= '${FATE.deliveries}' then
    fields[#fields + 1] = entry[2][i]
    fields[#fields + 1] = entry[2][i + 1]
  end
end
redis.call('XADD', KEYS[1], '*', unpack(fields))
return redis.call('XDEL', KEYS[2], ARGV[1])
`,
}
