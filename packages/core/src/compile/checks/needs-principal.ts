import { quote } from '../../diagnostics/quote.js'
import { needsPrincipal as needs, passedOver, shortest, showWay, type PathPoint, type Way } from '../path.js'
import type { Registry } from '../registry.js'
import { defineCheck } from './define-check.js'

/** A step that asks about a person needs to know which one. Reported once for each flow: one missing step is one mistake. */
export const needsPrincipal = defineCheck({
  code: 'needs-principal',
  severity: 'error',
  run({ path, walk, registry, report }) {
    const asked = walk.conditions.find(({ when, ways }) => when.is === 'condition' && when.uses.principal.length > 0 && nameless(ways))
    const early = path.find(({ step, ways }) => needs(step.definition) && nameless(ways))
    const way = early && nameless(early.ways)
    if (asked?.when.is === 'condition' && (!early || asked.at <= early.at)) {
      const { item, when } = asked
      report(
        { ...when.at, ...(item.includedAt && { includedAt: item.includedAt }) },
        `the condition of ${quote(item.id)} asks about the person, but no step before it names one`,
        { help: helpNaming(path, asked.at, registry), steps: [item.id], label: 'about whom?' },
      )
    } else if (early && way) {
      const path_ = passedOver(way).length > 0 ? `the path ${showWay(way, early.step)} names none` : 'no step before it names one'
      report(early.step, `${quote(early.step.id)} needs to know the person, but ${path_}`, {
        help: helpNaming(path, early.at, registry),
        steps: [early.step.id],
        label: 'about whom?',
      })
    }
  },
})

function nameless(ways: readonly Way[]): Way | undefined {
  return shortest(ways, ({ standing }) => !standing.blind && !standing.namedBy)
}

function helpNaming(path: readonly PathPoint[], at: number, registry: Registry): string {
  const later = path.find((point) => point.at >= at && point.step.definition.names === true)
  const naming = [...registry.steps.values()].find((step) => step.names === true && step.caller !== true)
  const example = naming ? `, such as \`${naming.type}\`` : ''
  return later ? `move ${quote(later.step.id)} up, before it` : `put a step before it that finds the person${example}`
}
