export { namedResellerPictures } from './resellers-store.ts'
export { resellerStream } from './reseller-stream.ts'
export { listResellers, type ResellerDeps } from './list-resellers.ts'
export {
  removeCustomPrice,
  setCustomPrice,
  type CustomPriceDeps,
  type CustomPricePair,
  type CustomPriceProblem,
} from './set-custom-price.ts'
export { exportCustomPrices, exportResellers } from './export-resellers.ts'
