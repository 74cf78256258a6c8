import { drawPerson, type Person } from '../../sim/account/person.ts';
import { type Chance, deriveChance, drawInteger } from '../../sim/random.ts';

/** One submission of the demo's day, as a client of the platform would prepare it. */
export interface DemoTask {
  readonly key: 'loan' | 'checkup' | 'survey' | 'pool';
  readonly name: string;
  /** What it is and what happens to it, for people who read no Chinese. */
  readonly about: string;
  readonly robotId: string;
  readonly lineNum: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly recallCount: number;
}

interface Kind extends Omit<DemoTask, 'rows'> {
  /** Of all numbers. */
  readonly share: number;
  rowOf(person: Person, chance: Chance): readonly string[];
}

const APPOINTMENTS = ['周六上午八点', '周六上午九点半', '周日上午八点', '下周一上午九点', '下周二上午八点半'];

/** Robots and lines of the default fixtures. */
const KINDS: readonly Kind[] = [
  {
    key: 'loan',
    name: '贷款还款提醒',
    about: 'loan reminder; who does not pick up is called again',
    share: 0.4,
    robotId: '719',
    lineNum: '055169101407',
    columns: ['客户手机号码', '姓名'],
    recallCount: 1,
    rowOf: ({ phone, name }) => [phone, name],
  },
  {
    key: 'checkup',
    name: '体检预约确认',
    about: 'check-up appointments; paused and resumed by hand',
    share: 0.25,
    robotId: '11',
    lineNum: '69101408',
    columns: ['客户手机号码', '列2', '列3'],
    recallCount: 0,
    rowOf: ({ phone, name, gender }, chance) => {
      const when = APPOINTMENTS[drawInteger(chance, 'appointment', [0, APPOINTMENTS.length - 1])] ?? '';
      return [phone, name + (gender === '男' ? '先生' : '女士'), when];
    },
  },
  {
    key: 'survey',
    name: '网点满意度回访',
    about: 'satisfaction survey; its receiver fails for a while',
    share: 0.25,
    robotId: '111111',
    lineNum: '69101338',
    columns: ['客户手机号码', '姓名', '性别'],
    recallCount: 0,
    rowOf: ({ phone, name, gender }) => [phone, name, gender],
  },
  {
    key: 'pool',
    name: '直接外呼',
    about: 'single numbers by direct callout, without a task of their own',
    share: 0.1,
    robotId: '719',
    lineNum: '055196866001',
    columns: ['客户手机号码', '姓名'],
    recallCount: 0,
    rowOf: ({ phone, name }) => [phone, name],
  },
];

/** Seconds from the end of the first round to the recall round. */
export const RECALL_WAIT_S = 600;

/** Divides so many numbers among the tasks; the same seed gives the same people. @param calls at least one for each task */
export function planDay(seed: number, calls: number): DemoTask[] {
  const counts = KINDS.map(({ share }) => Math.max(1, Math.floor(calls * share)));
  const rest = calls - counts.reduce((sum, count) => sum + count, 0);
  return KINDS.map(({ share: _, rowOf, ...kind }, i) => {
    const count = (counts[i] ?? 0) + (i === 0 ? rest : 0);
    const rows = Array.from({ length: count }, (_, row) => {
      const chance = deriveChance(seed, 'demo', kind.key, row);
      return rowOf(drawPerson(chance), chance);
    });
    return { ...kind, rows };
  });
}
