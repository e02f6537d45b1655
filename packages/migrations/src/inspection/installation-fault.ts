export interface InstallationFault {
  /** A sentence. */
  problem: string;
  /** The command or statement that mends it. */
  mend: string;
}
