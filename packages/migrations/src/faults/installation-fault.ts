export interface InstallationFault {
  /** A sentence. */
  problem: string;
  /** The command or statement that fixes it. */
  fix: string;
}
