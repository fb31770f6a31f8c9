export { countOpenTasks } from './count-open-tasks.ts'
export { listLowStock } from './list-low-stock.ts'
export { holdsSealedRows } from './sealed-rows-view-store.ts'
export type { OpenTask, OpenTaskKind } from './open-task-view.ts'
