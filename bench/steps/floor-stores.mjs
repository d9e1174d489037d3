// Where the floor keeps conversations: one string each, four scripts in Redis, or a map. A value begins with four digits of its version and twelve
// letters for who holds it.

export const NOBODY = ' '.repeat(12)

const SCRIPTS = {
  floorCount: {
    numberOfKeys: 1,
    lua: `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`,
  },
  floorCreate: {
    numberOfKeys: 1,
    lua: `return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])`,
  },
  floorClaim: {
    numberOfKeys: 1,
    lua: `
local raw = redis.call('GET', KEYS[1])
if not raw or (ARGV[1] ~= '' and string.sub(raw, 1, 4) ~= ARGV[1]) then return false end
redis.call('SETRANGE', KEYS[1], 4, ARGV[2])
return raw`,
  },
  floorMark: {
    numberOfKeys: 1,
    lua: `
if redis.call('GETRANGE', KEYS[1], 4, 15) ~= ARGV[1] then return 0 end
redis.call('APPEND', KEYS[1], ARGV[2])
return 1`,
  },
  floorCommit: {
    numberOfKeys: 1,
    lua: `
if redis.call('GETRANGE', KEYS[1], 4, 15) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`,
  },
}

export function redisStore(redis) {
  for (const [name, script] of Object.entries(SCRIPTS)) redis.defineCommand(name, script)
  const at = (id) => `floor:c:${id}`
  return {
    count: (key, windowMs) => redis.floorCount(`floor:budget:${key}`, windowMs),
    create: (id, value, lifeMs) => redis.floorCreate(at(id), value, lifeMs),
    async claim(id, version, holder) {
      return (await redis.floorClaimBuffer(at(id), digits(version), holder)) ?? undefined
    },
    mark: (id, holder, note) => redis.floorMark(at(id), holder, note),
    async commit(id, holder, value, lifeMs) {
      return (await redis.floorCommit(at(id), holder, value, lifeMs)) === 1
    },
  }
}

/** Nothing runs out in here: a run is shorter than any life. */
export function memoryStore() {
  const counts = new Map()
  const kept = new Map()
  return {
    async count(key) {
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    async create(id, value) {
      kept.set(id, { value, holder: NOBODY })
    },
    async claim(id, version, holder) {
      const found = kept.get(id)
      if (found === undefined || !found.value.startsWith(digits(version))) return undefined
      kept.set(id, { ...found, holder })
      return Buffer.from(found.value)
    },
    async mark(id, holder, note) {
      const found = kept.get(id)
      if (found?.holder === holder) kept.set(id, { ...found, note })
    },
    async commit(id, holder, value) {
      if (kept.get(id)?.holder !== holder) return false
      kept.set(id, { value, holder: NOBODY })
      return true
    },
  }
}

/** Nothing for what carries no version: any is right. */
function digits(version) {
  return version === undefined ? '' : String(version).padStart(4, '0')
}
