import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findServerUser } from "../postgres/server-user.ts";

/** A file system of a few megabytes, for the server to write to. */
export interface SmallDisk extends Disposable {
  folder: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives that room back. */
  makeRoom(): void;
}

/** Mounts one in memory; undefined where this process may not, or the operating system has none. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), "headcount-disk-"));
  const { uid, gid } = findServerUser();
  const options = `size=${megabytes}m,mode=700,uid=${uid ?? process.getuid?.()},gid=${gid ?? process.getgid?.()}`;
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status === 0;
  if (!mounted) {
    rmdirSync(folder);
    return undefined;
  }
  // beside the tablespace, which wants a folder of its own
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill: () => fillWith(ballast),
    makeRoom: () => rmSync(ballast),
    [Symbol.dispose]() {
      spawnSync("umount", [folder]);
      rmdirSync(folder);
    },
  };
}

function fillWith(file: string): void {
  const page = Buffer.alloc(4096);
  try {
    for (;;) writeFileSync(file, page, { flag: "a" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}
