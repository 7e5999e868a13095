import type { PDFiumModule } from '@hyzyla/pdfium';

/** PDFium's functions. Handles and addresses are numbers; 0 is none. */
export type Functions = ReturnType<typeof functionsOf>;

/** The package has more of PDFium's functions than its types say. */
export type PDFiumFunctions = Awaited<ReturnType<typeof PDFiumModule>> & {
  _FPDFPage_GetAnnotCount(page: number): number;
  _FPDFPage_GetAnnot(page: number, index: number): number;
  _FPDFPage_CloseAnnot(annotation: number): void;
  _FPDFAnnot_GetSubtype(annotation: number): number;
  _FPDFAnnot_GetFlags(annotation: number): number;
  _FPDFAnnot_GetValueType(annotation: number, key: number): number;
  _FPDFAnnot_GetStringValue(annotation: number, key: number, buffer: number, size: number): number;
};

/** PDFium's functions under plain names: https://pdfium.googlesource.com/pdfium/+/refs/heads/main/public/ */
export function functionsOf(module: PDFiumFunctions) {
  const {
    _FPDF_InitLibraryWithConfig: initialize,
    _FPDF_LoadMemDocument: loadDocument,
    _FPDF_GetLastError: lastError,
    _FPDF_CloseDocument: closeDocument,
    _FPDF_GetPageCount: pageCount,
    _FPDF_LoadPage: loadPage,
    _FPDF_ClosePage: closePage,
    _FPDFText_LoadPage: loadText,
    _FPDFText_ClosePage: closeText,
    _FPDFText_CountChars: countChars,
    _FPDFText_GetText: getText,
    _FPDFPage_GetAnnotCount: annotationCount,
    _FPDFPage_GetAnnot: openAnnotation,
    _FPDFPage_CloseAnnot: closeAnnotation,
    _FPDFAnnot_GetSubtype: annotationType,
    _FPDFAnnot_GetFlags: annotationFlags,
    _FPDFAnnot_GetValueType: valueType,
    _FPDFAnnot_GetStringValue: getString,
    wasmExports: { malloc, free },
  } = module;
  return {
    initialize,
    loadDocument,
    lastError,
    closeDocument,
    pageCount,
    loadPage,
    closePage,
    loadText,
    closeText,
    countChars,
    getText,
    annotationCount,
    openAnnotation,
    closeAnnotation,
    annotationType,
    annotationFlags,
    valueType,
    getString,
    malloc,
    free,
    /** A new view after the memory has grown. */
    memory: () => module.HEAPU8,
  };
}
