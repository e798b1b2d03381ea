export {
  addConnector,
  detectCandidates,
  installProvider,
  listConnectors,
  missingPackage,
  orderConnectors,
  removeConnector,
  testConnector,
} from "./manage-connectors.ts";
export { openModels } from "./open-models.ts";
export { type ModelsPreview, modelsPreviewText, previewModels } from "./preview-models.ts";
export { setUpLocal } from "./set-up-local.ts";
export { trust } from "./trust.ts";
