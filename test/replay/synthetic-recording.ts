import type { RecordedStep, Recording } from '../recordings/recording.ts';

/** A recording made up for a test: `answers` of each step, from 0 on. */
export function syntheticRecording(...answers: readonly RecordedStep['answers'][]): Recording {
  const at = '2026-01-02T03:04:05.000Z';
  const steps = answers.map((recorded, step): RecordedStep => {
    return { kind: 'step', step, at, what: `Step ${step}`, answers: recorded };
  });
  return {
    manifest: {
      kind: 'manifest',
      scenario: 'synthetic',
      title: 'Made up for a test',
      woocommerce: '11.0.1',
      wordpress: '7.1',
      php: '8.2.0',
      hpos: true,
      home: 'http://store.example',
      webhookSecret: 'secret',
      consumerKey: 'ck_test',
      consumerSecret: 'cs_test',
      currency: 'EUR',
      recordedAt: at,
      converges: 'webhooks',
      steps: steps.map(({ step, what }) => ({ step, what })),
    },
    steps,
    deliveries: [],
    end: { kind: 'end', state: { products: [], variations: {} } },
  };
}
