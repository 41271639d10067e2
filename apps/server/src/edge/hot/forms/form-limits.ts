const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** What the forms of an endpoint carry. */
export type FormKind = 'images' | 'audio';

/** What a form may hold. */
export interface FormLimits {
  readonly fileBytesMax: number;
  readonly filesMax: number;
  /** All of its bytes together. */
  readonly totalBytesMax: number;
}

/** By what they carry. Audio is limited as clients know it; pictures come several at a time. */
export const FORM_LIMITS: Readonly<Record<FormKind, FormLimits>> = {
  images: { fileBytesMax: 50 * MEBIBYTE, filesMax: 17, totalBytesMax: 100 * MEBIBYTE },
  audio: { fileBytesMax: 25 * MEBIBYTE, filesMax: 1, totalBytesMax: 34 * MEBIBYTE },
};

export const FIELDS_MAX = 64;
/** A sample of a voice may come as base64 in a field. */
export const FIELD_BYTES_MAX = 2 * MEBIBYTE;
export const PART_HEADERS_MAX = 32;
export const PART_HEADER_BYTES_MAX = 8 * KIBIBYTE;
/** A JSON body in the place of a form says where a file is. */
export const JSON_BYTES_MAX = 256 * KIBIBYTE;

/** A number of bytes as people say it. */
export function mebibytes(bytes: number): string {
  return `${bytes / MEBIBYTE} MiB`;
}
