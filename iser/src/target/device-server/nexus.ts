/** Who the two ends of an I_T nexus are, in iSCSI's terms (RFC 7143, 4.4.2: SCSI ports). Persistent reservations belong to this, not to a session. */
export interface NexusIdentity {
  /** iSCSI name of the initiator, normalised. */
  readonly initiatorName: string;
  /** The ISID, 6 bytes. Name and ISID together name the initiator port. */
  readonly isid: Uint8Array;
  /** Target portal group tag, 1…65535: names the target port, and is its relative port identifier. */
  readonly portalGroupTag: number;
}

/** An I_T nexus as long as it lasts: what every task says about its origin. Made by {@link TaskRouter.openNexus}, compared by identity. */
export class Nexus {
  /** World-wide unique name of the initiator port: "iqn.1993-08.org.debian:01:abc,i,0x00023d000001". */
  readonly initiatorPort: string;
  readonly portalGroupTag: number;
  /** Names the pair of ports: the same for every nexus that reinstates this one. */
  readonly name: string;

  constructor(identity: NexusIdentity) {
    this.initiatorPort = initiatorPortName(identity);
    this.portalGroupTag = identity.portalGroupTag;
    this.name = nexusName(this.initiatorPort, this.portalGroupTag);
  }
}

/** The name of the nexus between an initiator port and a target port. */
export function nexusName(initiatorPort: string, portalGroupTag: number): string {
  return `${initiatorPort} ${portalGroupTag}`;
}

/** The iSCSI form of an initiator port name (SPC-4, 7.6.4.6, format 01b). */
function initiatorPortName(identity: NexusIdentity): string {
  return `${identity.initiatorName},i,0x${Buffer.from(identity.isid).toString("hex")}`;
}
