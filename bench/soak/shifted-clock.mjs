// Loaded before a server (`node --import`): its clock jumps by SOAK_CLOCK_SHIFT_MS once SOAK_CLOCK_AFTER_MS have gone by. Timers and the
// monotonic clock go on as they were, as on a machine whose time is set.
const shift = Number(process.env.SOAK_CLOCK_SHIFT_MS ?? 0)
const after = Number(process.env.SOAK_CLOCK_AFTER_MS ?? 0)
const RealDate = Date
const realNow = Date.now

const now = () => realNow() + (performance.now() >= after ? shift : 0)

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
})
