/** A carrier as DSTNC knows it. */
export interface Carrier {
  /** What it is known by: small letters, digits and dashes. */
  readonly code: string;
  /** Names and slugs that stores use for it, beside its code: letters and digits only, in small letters. */
  readonly names: readonly string[];
  /** Where a number is followed; `{number}` stands for it. Null: its pages need more than the number. */
  readonly url: string | null;
}

const DHL = 'https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}&submit=1';
const DHL_DE = 'https://www.dhl.de/en/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}';

/** The carriers that are known. Addresses are the carriers' own public tracking pages. */
export const CARRIERS: readonly Carrier[] = [
  { code: 'dhl', names: ['dhlexpress', 'dhlus', 'dhlecommerce', 'dhlinternational', 'dhlworldwide'], url: DHL },
  {
    code: 'dhl-de',
    names: ['dhlpaket', 'dhlintraship', 'dhlgermany', 'dhlparcelgermany', 'deutschepostdhl', 'deutschepost'],
    url: DHL_DE,
  },
  { code: 'dhl-parcel-nl', names: ['dhlnetherlands', 'dhlparcel', 'dhlbenelux'], url: null },
  {
    code: 'ups',
    names: ['unitedparcelservice', 'upsground', 'upsexpress'],
    url: 'https://www.ups.com/track?tracknum={number}',
  },
  {
    code: 'usps',
    names: ['unitedstatespostalservice', 'uspost', 'uspsprioritymail'],
    url: 'https://tools.usps.com/go/TrackConfirmAction?tLabels={number}',
  },
  {
    code: 'fedex',
    names: ['federalexpress', 'fedexground', 'fedexexpress', 'fedexsameday'],
    url: 'https://www.fedex.com/fedextrack/?trknbr={number}',
  },
  {
    code: 'dpd',
    names: ['dpdgermany', 'dpdde', 'dpdnl', 'dpdbe', 'dpdat', 'dpdpl', 'dpdcz'],
    url: 'https://tracking.dpd.de/status/en_US/parcel/{number}',
  },
  { code: 'dpd-uk', names: ['dpdcouk', 'dpdgb', 'dpdlocal'], url: 'https://track.dpd.co.uk/search?reference={number}' },
  {
    code: 'gls',
    names: ['generallogisticssystems', 'glsde', 'glsgermany', 'glseurope'],
    url: 'https://gls-group.com/EU/en/parcel-tracking?match={number}',
  },
  {
    code: 'hermes',
    names: ['hermesgermany', 'hermesworld', 'myhermes'],
    url: 'https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation/#{number}',
  },
  { code: 'evri', names: ['hermesuk', 'evriuk'], url: 'https://www.evri.com/track/parcel/{number}' },
  {
    code: 'royal-mail',
    names: ['royalmailuk'],
    url: 'https://www.royalmail.com/track-your-item#/tracking-results/{number}',
  },
  {
    code: 'parcelforce',
    names: ['parcelforceworldwide'],
    url: 'https://www.parcelforce.com/track-trace?trackNumber={number}',
  },
  {
    code: 'postnl',
    names: ['tntpost', 'postnlnl', 'postnlinternational'],
    url: 'https://postnl.post/tracktrace?B={number}',
  },
  {
    code: 'bpost',
    names: ['belgianpost', 'bpostbe'],
    url: 'https://track.bpost.cloud/btr/web/#/search?itemCode={number}',
  },
  {
    code: 'postnord',
    names: ['postnordsverige', 'postnordse', 'postnorddk', 'postnordno', 'postnordfi', 'posten'],
    url: 'https://tracking.postnord.com/en/tracking?id={number}',
  },
  { code: 'bring', names: ['postennorge', 'bringno'], url: 'https://tracking.bring.com/tracking/{number}' },
  { code: 'posti', names: ['itella', 'postifinland'], url: 'https://www.posti.fi/en/tracking#/lahetys/{number}' },
  {
    code: 'la-poste',
    names: ['colissimo', 'laposteco'],
    url: 'https://www.laposte.fr/outils/suivre-vos-envois?code={number}',
  },
  {
    code: 'chronopost',
    names: ['chronopostfrance'],
    url: 'https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}',
  },
  { code: 'mondial-relay', names: ['mondialrelayfr', 'inpostfr'], url: null },
  { code: 'colis-prive', names: [], url: null },
  {
    code: 'correos',
    names: ['correoses', 'correosspain'],
    url: 'https://www.correos.es/es/en/tools/tracker/items/details?tracking-number={number}',
  },
  { code: 'seur', names: ['seures'], url: 'https://www.seur.com/livetracking/?segOnlineIdentificador={number}' },
  { code: 'mrw', names: [], url: null },
  { code: 'ctt', names: ['cttexpresso', 'cttexpress'], url: null },
  {
    code: 'poste-italiane',
    names: ['posteit', 'italianpost', 'sda', 'sdaexpresscourier'],
    url: 'https://www.poste.it/cerca/index.html#/risultati-spedizioni/{number}',
  },
  {
    code: 'brt',
    names: ['bartolini', 'brtbartolini', 'brtitaly'],
    url: 'https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz={number}',
  },
  {
    code: 'post-at',
    names: ['austrianpost', 'osterreichischepost', 'oesterreichischepost'],
    url: 'https://www.post.at/sv/sendungsdetails?snr={number}',
  },
  {
    code: 'swiss-post',
    names: ['diepost', 'postch'],
    url: 'https://service.post.ch/ekp-web/ui/entry/search/{number}',
  },
  {
    code: 'inpost',
    names: ['inpostpl', 'inpostpaczkomaty', 'paczkomaty'],
    url: 'https://inpost.pl/en/find-parcel?number={number}',
  },
  { code: 'poczta-polska', names: ['polishpost'], url: 'https://emonitoring.poczta-polska.pl/?numer={number}' },
  { code: 'ppl', names: ['pplcz'], url: 'https://www.ppl.cz/en/track-a-shipment?shipmentId={number}' },
  {
    code: 'ceska-posta',
    names: ['czechpost'],
    url: 'https://www.postaonline.cz/en/trackandtrace/-/zasilka/cislo?parcelNumbers={number}',
  },
  { code: 'packeta', names: ['zasilkovna'], url: 'https://tracking.packeta.com/en/?id={number}' },
  { code: 'an-post', names: ['anpostireland'], url: 'https://www.anpost.com/Post-Parcels/Track/History?item={number}' },
  {
    code: 'tnt',
    names: ['tntexpress', 'tntinternational'],
    url: 'https://www.tnt.com/express/en_gc/site/tracking.html?searchType=con&cons={number}',
  },
  {
    code: 'canada-post',
    names: ['postescanada'],
    url: 'https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}',
  },
  { code: 'purolator', names: [], url: 'https://www.purolator.com/en/shipping/tracker?pins={number}' },
  { code: 'ontrac', names: [], url: 'https://www.ontrac.com/tracking/?number={number}' },
  {
    code: 'australia-post',
    names: ['auspost', 'startrack'],
    url: 'https://auspost.com.au/mypost/track/details/{number}',
  },
  {
    code: 'nz-post',
    names: ['newzealandpost', 'nzcouriers'],
    url: 'https://www.nzpost.co.nz/tools/tracking/item/{number}',
  },
  { code: 'china-post', names: ['chinaems'], url: null },
  { code: 'yanwen', names: ['yanwenexpress'], url: 'https://track.yw56.com.cn/en/querydel?nums={number}' },
];

const byName = new Map(
  CARRIERS.flatMap((carrier) => [carrier.code, ...carrier.names].map((name) => [plain(name), carrier])),
);

/** Letters and digits in small letters; accents are dropped: "Česká pošta" is "ceskaposta". */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/**
 * Finds the carrier that a store means: by its slug or name, in whatever spelling.
 *
 * @returns null: none that is known
 */
export function carrierOf(name: string): Carrier | null {
  return byName.get(plain(name)) ?? null;
}

/** Where a number can be followed; null: the carrier's pages need more than that. */
export function trackingUrl({ url }: Carrier, number: string): string | null {
  return url?.replace('{number}', encodeURIComponent(number)) ?? null;
}
