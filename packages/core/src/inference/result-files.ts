/** A file that an answer refers to. */
export interface ResultFile {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** A file under its name, as long as it is there. */
export interface FoundResultFile extends ResultFile {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Keeps files for a while. A name is all that it takes to read one, so it cannot be guessed. */
export interface ResultFileStore {
  /** Keeps a file under a new name. An account that has too much loses its oldest files. */
  keep(accountId: number, file: ResultFile): Promise<string>;
  /** Undefined for a name that nobody has, or no longer. */
  find(name: string): Promise<FoundResultFile | undefined>;
  /** Drops what has expired; to be called now and then. */
  sweep(): Promise<void>;
}

/** Largest file that is kept. */
export const RESULT_FILE_BYTES_MAX = 32 * 1024 * 1024;
/** What an account may have at once; the oldest files go first. */
export const RESULT_FILES_BYTES_MAX = 512 * 1024 * 1024;
/** As long as clients know it from OpenAI. */
export const RESULT_FILE_MINUTES = 60;
